package io.ringway.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.ringway.memory.Octets;
import io.ringway.port.PortException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The system call {@code bpf(2)}: maps, programs and what they are attached to. Each is a file
 * descriptor, and gone when the last one is closed, at the latest with the process.
 *
 * <p>Any thread; what is attached to an interface, in that interface's network namespace.
 */
final class Bpf {
    static final int MAP_HASH = 1;
    static final int MAP_ARRAY = 2;
    static final int MAP_XSK = 17;
    static final int PROGRAM_SOCKET_FILTER = 1;
    static final int PROGRAM_XDP = 6;

    /** The program takes packets that lie in several pieces: {@code BPF_F_XDP_HAS_FRAGS}. */
    static final int HAS_FRAGMENTS = 32;

    /** How XDP is attached: in the driver, or behind it for any interface. */
    static final int ATTACH_DRIVER = 4;

    static final int ATTACH_GENERIC = 2;

    private static final int MAP_CREATE = 0;
    private static final int MAP_UPDATE = 2;
    private static final int MAP_DELETE = 3;
    private static final int PROG_LOAD = 5;
    private static final int LINK_CREATE = 28;
    private static final int ATTACH_XDP = 37;
    private static final int ATTRIBUTES = 128;
    private static final int LONGEST_NAME = 15;
    private static final int LOG_LENGTH = 64 * 1024;
    private static final int LOG_LINES = 4;

    private Bpf() {}

    /**
     * Makes a map.
     *
     * @param name at most 15 characters, for {@code bpftool}
     * @throws PortException when the privilege or the memory is missing
     */
    static int createMap(int type, int keyOctets, int valueOctets, int entries, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(ATTRIBUTES, 8);
            Octets.putNative32(attributes, 0, type);
            Octets.putNative32(attributes, 4, keyOctets);
            Octets.putNative32(attributes, 8, valueOctets);
            Octets.putNative32(attributes, 12, entries);
            putName(attributes, 28, name);
            int result = Libc.bpf(MAP_CREATE, attributes);
            if (result < 0) {
                throw new PortException(
                        "cannot make the BPF map "
                                + name
                                + " ("
                                + Errno.describe(-result)
                                + ")"
                                + help(-result));
            }
            return result;
        }
    }

    private static void putName(MemorySegment attributes, long at, String name) {
        assert name.length() <= LONGEST_NAME : name;
        attributes.setString(at, name);
    }

    private static String help(int errno) {
        return switch (errno) {
            case Errno.EPERM, Errno.EACCES ->
                    ": it takes CAP_BPF and CAP_NET_ADMIN outside of any user namespace, so run as"
                            + " root";
            case Errno.ENOMEM -> ": \"ulimit -l unlimited\" allows more locked memory";
            case Errno.ENOSYS -> ": the kernel has no bpf(2)";
            default -> "";
        };
    }

    /** Puts a value into a map; what was there under the key is replaced. */
    static void update(int map, MemorySegment key, MemorySegment value) {
        int result = change(MAP_UPDATE, map, key, value);
        if (result < 0) {
            throw new PortException(
                    "cannot write to a BPF map (" + Errno.describe(-result) + ")" + help(-result));
        }
    }

    /** Takes a key out of a map, if it is there. */
    static void delete(int map, MemorySegment key) {
        int result = change(MAP_DELETE, map, key, MemorySegment.NULL);
        if (result < 0 && result != -Errno.ENOENT) {
            throw new PortException(
                    "cannot write to a BPF map (" + Errno.describe(-result) + ")" + help(-result));
        }
    }

    private static int change(int command, int map, MemorySegment key, MemorySegment value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(ATTRIBUTES, 8);
            Octets.putNative32(attributes, 0, map);
            Octets.putNative64(attributes, 8, key.address());
            Octets.putNative64(attributes, 16, value.address());
            return Libc.bpf(command, attributes);
        }
    }

    /**
     * Has the kernel verify and translate a program.
     *
     * @param type one of the {@code PROGRAM} constants
     * @param flags {@link #HAS_FRAGMENTS} or 0
     * @throws PortException when the kernel refuses; it ends with what its verifier says
     */
    static int load(BpfProgram program, int type, int flags, String name) {
        try (Arena arena = Arena.ofConfined()) {
            long[] instructions = program.instructions();
            MemorySegment attributes = arena.allocate(ATTRIBUTES, 8);
            Octets.putNative32(attributes, 0, type);
            Octets.putNative32(attributes, 4, instructions.length);
            Octets.putNative64(
                    attributes, 8, arena.allocateFrom(JAVA_LONG, instructions).address());
            Octets.putNative64(attributes, 16, arena.allocateFrom("Apache-2.0").address());
            Octets.putNative32(attributes, 44, flags);
            putName(attributes, 48, name);
            Octets.putNative32(attributes, 68, type == PROGRAM_XDP ? ATTACH_XDP : 0);
            int result = Libc.bpf(PROG_LOAD, attributes);
            if (result < 0) {
                throw new PortException(
                        "the kernel does not take the BPF program "
                                + name
                                + " ("
                                + Errno.describe(-result)
                                + ")"
                                + help(-result)
                                + verifierLog(arena, attributes));
            }
            return result;
        }
    }

    /** The end of what the verifier says; only who asks for it gets it, so it is asked again. */
    private static String verifierLog(Arena arena, MemorySegment attributes) {
        MemorySegment log = arena.allocate(LOG_LENGTH);
        Octets.putNative32(attributes, 24, 1);
        Octets.putNative32(attributes, 28, LOG_LENGTH);
        Octets.putNative64(attributes, 32, log.address());
        int descriptor = Libc.bpf(PROG_LOAD, attributes);
        if (descriptor >= 0) {
            Libc.close(descriptor);
        }
        String[] lines = log.getString(0, UTF_8).strip().split("\n");
        StringBuilder end = new StringBuilder();
        for (int i = Math.max(0, lines.length - LOG_LINES); i < lines.length; i++) {
            if (!lines[i].isBlank() && !lines[i].startsWith("processed ")) {
                end.append(end.isEmpty() ? "; its verifier says: " : " | ").append(lines[i]);
            }
        }
        return end.toString();
    }

    /**
     * Attaches an XDP program to an interface for as long as the descriptor returned is open.
     *
     * @param how {@link #ATTACH_DRIVER} or {@link #ATTACH_GENERIC}
     * @return the descriptor, or the negated error number
     */
    static int attach(int program, int interfaceIndex, int how) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(ATTRIBUTES, 8);
            Octets.putNative32(attributes, 0, program);
            Octets.putNative32(attributes, 4, interfaceIndex);
            Octets.putNative32(attributes, 8, ATTACH_XDP);
            Octets.putNative32(attributes, 12, how);
            return Libc.bpf(LINK_CREATE, attributes);
        }
    }
}
