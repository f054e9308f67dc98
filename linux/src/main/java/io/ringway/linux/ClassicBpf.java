package io.ringway.linux;

import io.ringway.memory.Octets;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A program for the kernel's old virtual machine, classic BPF, which a socket takes from anybody
 * without privilege: an accumulator, an index register and sixteen words of memory.
 *
 * <pre>
 *  an instruction, struct sock_filter: code (short), two jumps forward (bytes), operand (int)
 * </pre>
 */
final class ClassicBpf {
    /** Loads into the accumulator: a word, a half, an octet of the packet. */
    static final int LD_W = 0x20;

    static final int LD_H = 0x28;
    static final int LD_B = 0x30;

    /** The same behind the index register. */
    static final int LD_W_X = 0x40;

    static final int LD_H_X = 0x48;
    static final int LD_B_X = 0x50;

    /**
     * Loads into the index register: the length of the IPv4 header at the operand; a word of
     * memory.
     */
    static final int LDX_IPV4_HEADER = 0xb1;

    static final int LDX_MEMORY = 0x61;

    /** A word of memory into the accumulator, and back. */
    static final int LD_MEMORY = 0x60;

    static final int ST_MEMORY = 0x02;

    /** Arithmetic on the accumulator, with the operand or with the index register. */
    static final int AND = 0x54;

    static final int SHIFT_RIGHT = 0x74;
    static final int XOR = 0xa4;
    static final int XOR_X = 0xac;

    /** Comparisons of the accumulator with the operand. */
    static final int JUMP_EQUAL = 0x15;

    static final int JUMP_GREATER = 0x25;
    static final int JUMP_AT_LEAST = 0x35;
    static final int JUMP_ANY_BIT = 0x45;

    /** The place from which the EtherType is loaded, in the order of numbers. */
    static final int ETHER_TYPE = -0x1000;

    private static final int JUMP = 0x05;
    private static final int RETURN = 0x06;
    private static final int RETURN_ACCUMULATOR = 0x16;
    private static final int INSTRUCTION = 8;
    private static final int PROGRAM = 16;

    private final List<Long> instructions = new ArrayList<>();

    ClassicBpf add(int code, int operand) {
        return jump(code, 0, 0, operand);
    }

    /** Skips so many instructions when the comparison holds, and when it does not. */
    ClassicBpf jump(int code, int ifTrue, int ifFalse, int operand) {
        instructions.add(encode(code, ifTrue, ifFalse, operand));
        return this;
    }

    /** Runs {@code body} when the accumulator is {@code value}, and otherwise goes on behind it. */
    ClassicBpf when(int value, Runnable body) {
        jump(JUMP_EQUAL, 1, 0, value);
        int over = instructions.size();
        add(JUMP, 0);
        body.run();
        instructions.set(over, encode(JUMP, 0, 0, instructions.size() - over - 1));
        return this;
    }

    /** Ends the program with a number as its result. */
    ClassicBpf end(int result) {
        return add(RETURN, result);
    }

    /** Ends the program with the accumulator as its result. */
    ClassicBpf end() {
        return add(RETURN_ACCUMULATOR, 0);
    }

    private static long encode(int code, int ifTrue, int ifFalse, int operand) {
        return code
                | (long) ifTrue << 16
                | (long) ifFalse << 24
                | Integer.toUnsignedLong(operand) << 32;
    }

    /**
     * Gives it to a socket by an option that takes a {@code struct sock_fprog}: how many
     * instructions (short), six octets, where they are. Returns 0 or a negated error number.
     */
    int attach(int socket, int level, int option) {
        try (Arena arena = Arena.ofConfined()) {
            int count = instructions.size();
            MemorySegment code = arena.allocate((long) INSTRUCTION * count, 8);
            for (int i = 0; i < count; i++) {
                Octets.putNative64(code, (long) INSTRUCTION * i, instructions.get(i));
            }
            MemorySegment program = arena.allocate(PROGRAM, 8);
            Octets.putNative16(program, 0, count);
            Octets.putNative64(program, 8, code.address());
            return Libc.setsockopt(socket, level, option, program);
        }
    }
}
