package io.ringway.linux;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.ringway.memory.Octets;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What an interface's driver says of XDP, by the family "netdev" of generic netlink (Linux 6.3 or
 * newer; an older one says nothing).
 *
 * <pre>
 *  0   nlmsghdr    length (int), type (short), flags (short), sequence (int), port (int)
 *  16  genlmsghdr  command (byte), version (byte), two octets of nothing
 *  20  nlattr      length (short), type (short), the value, up to four octets of nothing
 * </pre>
 *
 * @param xdp bits of what the driver's XDP can do
 * @param socket bits of what an AF_XDP socket with zero-copy can leave to the device
 */
record XdpFeatures(long xdp, long socket) {
    private static final long BASIC = 1;
    private static final long REDIRECT = 2;
    private static final long ZERO_COPY = 8;
    private static final long TRANSMIT_CHECKSUM = 2;
    private static final XdpFeatures UNKNOWN = new XdpFeatures(0, 0);

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int NETLINK_GENERIC = 16;
    private static final int REQUEST = 1;
    private static final int CONTROLLER = 16;
    private static final int GET_FAMILY = 3;
    private static final int FAMILY_ID = 1;
    private static final int FAMILY_NAME = 2;
    private static final int GET_DEVICE = 1;
    private static final int INTERFACE_INDEX = 1;
    private static final int DEVICE_XDP = 3;
    private static final int DEVICE_SOCKET = 6;
    private static final int HEADER = 16;
    private static final int ATTRIBUTES = 20;
    private static final int ATTRIBUTE_HEADER = 4;
    private static final int LONGEST = 4_096;

    /** Of the interface with that index, in the calling thread's network namespace. */
    static XdpFeatures of(int interfaceIndex) {
        int socket = Libc.socket(AF_NETLINK, SOCK_RAW | Libc.O_CLOEXEC, NETLINK_GENERIC);
        if (socket < 0) {
            return UNKNOWN;
        }
        try (Arena arena = Arena.ofConfined()) {
            byte[] name = "netdev\0".getBytes(US_ASCII);
            MemorySegment family = ask(arena, socket, CONTROLLER, GET_FAMILY, FAMILY_NAME, name);
            int id = (int) find(family, FAMILY_ID);
            if (id == 0) {
                return UNKNOWN;
            }
            MemorySegment index = arena.allocate(Integer.BYTES, 4);
            Octets.putNative32(index, 0, interfaceIndex);
            byte[] octets = index.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
            MemorySegment device = ask(arena, socket, id, GET_DEVICE, INTERFACE_INDEX, octets);
            return new XdpFeatures(find(device, DEVICE_XDP), find(device, DEVICE_SOCKET));
        } finally {
            Libc.close(socket);
        }
    }

    /** One question with one attribute; the answer, or nothing when there is none. */
    private static MemorySegment ask(
            Arena arena, int socket, int type, int command, int attribute, byte[] value) {
        MemorySegment state = Libc.newState(arena);
        int length = ATTRIBUTES + ATTRIBUTE_HEADER + value.length;
        MemorySegment message = arena.allocate(length, 8);
        Octets.putNative32(message, 0, length);
        Octets.putNative16(message, 4, type);
        Octets.putNative16(message, 6, REQUEST);
        Octets.put8(message, HEADER, command);
        Octets.put8(message, HEADER + 1, 1);
        Octets.putNative16(message, ATTRIBUTES, ATTRIBUTE_HEADER + value.length);
        Octets.putNative16(message, ATTRIBUTES + 2, attribute);
        message.asSlice(ATTRIBUTES + ATTRIBUTE_HEADER, value.length)
                .copyFrom(MemorySegment.ofArray(value));
        MemorySegment answer = arena.allocate(LONGEST, 8);
        long result = Libc.write(state, socket, message.address(), length);
        if (result >= 0) {
            result = Libc.read(state, socket, answer.address(), LONGEST);
        }
        boolean isAnswer = result >= ATTRIBUTES && Octets.native16(answer, 4) == type;
        return isAnswer ? answer.asSlice(0, result) : MemorySegment.NULL;
    }

    /** The number in an attribute, of 16 or 64 bits; 0 when it is not there. */
    private static long find(MemorySegment answer, int type) {
        int at = ATTRIBUTES;
        while (at + ATTRIBUTE_HEADER <= answer.byteSize()) {
            int length = Octets.native16(answer, at);
            if (length < ATTRIBUTE_HEADER || at + length > answer.byteSize()) {
                return 0;
            }
            if (Octets.native16(answer, at + 2) == type) {
                return length >= ATTRIBUTE_HEADER + Long.BYTES
                        ? Octets.native64(answer, at + ATTRIBUTE_HEADER)
                        : Octets.native16(answer, at + ATTRIBUTE_HEADER);
            }
            at += length + 3 & ~3;
        }
        return 0;
    }

    /** Whether the driver runs XDP itself. */
    boolean hasNative() {
        return (xdp & (BASIC | REDIRECT)) == (BASIC | REDIRECT);
    }

    /** Whether the driver reads and writes the frames of AF_XDP sockets itself. */
    boolean hasZeroCopy() {
        return (xdp & ZERO_COPY) != 0;
    }

    /** Whether the device then makes checksums. */
    boolean hasTransmitChecksum() {
        return (socket & TRANSMIT_CHECKSUM) != 0;
    }
}
