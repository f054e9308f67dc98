package io.ringway.linux;

import io.ringway.memory.Octets;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A socket filter that lets nothing pass: one instruction of classic BPF, "return 0". */
final class DropFilter {
    private static final int SOL_SOCKET = 1;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int SO_DETACH_FILTER = 27;
    private static final int BPF_RET_K = 0x06;

    // struct sock_filter: code (short), two jumps (bytes), operand (int).
    // struct sock_fprog: count (short), six octets of padding, address of the instructions.
    private static final int INSTRUCTION = 8;
    private static final int PROGRAM = 16;

    private DropFilter() {}

    /** From now on whatever comes to the socket is dropped. Returns 0 or a negated error number. */
    static int attach(int socket) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment instruction = arena.allocate(INSTRUCTION, 8);
            Octets.putNative16(instruction, 0, BPF_RET_K);
            MemorySegment program = arena.allocate(PROGRAM, 8);
            Octets.putNative16(program, 0, 1);
            Octets.putNative64(program, 8, instruction.address());
            return Libc.setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, program);
        }
    }

    /** Lets everything pass again. */
    static int detach(int socket) {
        return Libc.setsockopt(socket, SOL_SOCKET, SO_DETACH_FILTER, 0);
    }
}
