package io.ringway.linux;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A program for the kernel's virtual machine, eBPF, written instruction by instruction (RFC 9669).
 *
 * <pre>{@code
 * BpfProgram.builder()
 *         .load(Width.HALF, R2, R1, 12)
 *         .jumpIf(Condition.NOT_EQUAL, R2, 0x0608, "pass")
 *         …
 *         .label("pass").set(R0, 2).exit()
 *         .build();
 * }</pre>
 *
 * <p>An instruction is 64 bits, here those of a machine with the little end first, as all are that
 * Ringway runs on:
 *
 * <pre>
 *  0   opcode: class, and size and mode or source and operation
 *  8   destination register (low half), source register (high half)
 *  16  offset: of memory from a register, or of a jump from the next instruction
 *  32  immediate
 * </pre>
 */
final class BpfProgram {
    /**
     * R0 is what a call or the program returns, R1 to R5 the arguments of a call, which lose their
     * values in it, R6 to R9 the ones that a call leaves alone; the stack lies below FP.
     */
    enum Register {
        R0,
        R1,
        R2,
        R3,
        R4,
        R5,
        R6,
        R7,
        R8,
        R9,
        FP
    }

    /**
     * How much is loaded or stored: 8, 16, 32 or 64 bits. Less than 64 are filled up with zeros.
     */
    enum Width {
        OCTET(0x10),
        HALF(0x08),
        WORD(0x00),
        LONG(0x18);

        private final int size;

        Width(int size) {
            this.size = size;
        }
    }

    /** Comparisons without a sign. {@code ANY_BIT}: an AND of both is not zero. */
    enum Condition {
        EQUAL(0x10),
        ABOVE(0x20),
        ABOVE_OR_EQUAL(0x30),
        ANY_BIT(0x40),
        NOT_EQUAL(0x50),
        BELOW(0xa0),
        BELOW_OR_EQUAL(0xb0);

        private final int operation;

        Condition(int operation) {
            this.operation = operation;
        }
    }

    /** Arithmetic of 64 bits. */
    enum Operation {
        ADD(0x00),
        SUBTRACT(0x10),
        OR(0x40),
        AND(0x50),
        SHIFT_LEFT(0x60),
        SHIFT_RIGHT(0x70),
        SET(0xb0);

        private final int code;

        Operation(int code) {
            this.code = code;
        }
    }

    /** Functions of the kernel, by their numbers. */
    enum Helper {
        MAP_LOOKUP(1),
        REDIRECT_MAP(51);

        private final int number;

        Helper(int number) {
            this.number = number;
        }
    }

    private static final int CLASS_LDX = 0x01;
    private static final int CLASS_ST = 0x02;
    private static final int CLASS_STX = 0x03;
    private static final int CLASS_JMP = 0x05;
    private static final int CLASS_ALU64 = 0x07;
    private static final int MODE_MEMORY = 0x60;
    private static final int SOURCE_REGISTER = 0x08;
    private static final int TO_BIG_ENDIAN = 0xdc;
    private static final int LOAD_64 = 0x18;
    private static final int MAP_DESCRIPTOR = 1;
    private static final int JUMP_ALWAYS = CLASS_JMP;
    private static final int CALL = CLASS_JMP | 0x80;
    private static final int EXIT = CLASS_JMP | 0x90;

    private final long[] instructions;

    private BpfProgram(long[] instructions) {
        this.instructions = instructions;
    }

    static Builder builder() {
        return new Builder();
    }

    /** The instructions, each as it lies in memory. */
    long[] instructions() {
        return instructions.clone();
    }

    /** Collects instructions. A jump names a label, which stands anywhere behind it. */
    static final class Builder {
        private final List<Long> instructions = new ArrayList<>();
        private final Map<String, Integer> labels = new HashMap<>();
        private final Map<Integer, String> jumps = new HashMap<>();

        private Builder() {}

        /** {@code to} = what lies at {@code from} + {@code offset}. */
        Builder load(Width width, Register to, Register from, int offset) {
            return add(CLASS_LDX | MODE_MEMORY | width.size, to, from, offset, 0);
        }

        /** Stores {@code from} at {@code to} + {@code offset}. */
        Builder store(Width width, Register to, int offset, Register from) {
            return add(CLASS_STX | MODE_MEMORY | width.size, to, from, offset, 0);
        }

        /** Stores a number at {@code to} + {@code offset}. */
        Builder store(Width width, Register to, int offset, int value) {
            return add(CLASS_ST | MODE_MEMORY | width.size, to, Register.R0, offset, value);
        }

        /** {@code to} = {@code from}. */
        Builder set(Register to, Register from) {
            return compute(Operation.SET, to, from);
        }

        /** {@code to} = a number, which is extended with its sign. */
        Builder set(Register to, int value) {
            return compute(Operation.SET, to, value);
        }

        /** {@code to} = {@code to} operation {@code from}. */
        Builder compute(Operation operation, Register to, Register from) {
            return add(CLASS_ALU64 | SOURCE_REGISTER | operation.code, to, from, 0, 0);
        }

        /** {@code to} = {@code to} operation a number, which is extended with its sign. */
        Builder compute(Operation operation, Register to, int value) {
            return add(CLASS_ALU64 | operation.code, to, Register.R0, 0, value);
        }

        /** The lower 16 bits, as they lay in a packet, become a number; the others zero. */
        Builder fromNetwork16(Register register) {
            return add(TO_BIG_ENDIAN, register, Register.R0, 0, 16);
        }

        /** {@code to} = the map behind a file descriptor. */
        Builder map(Register to, int descriptor) {
            add(LOAD_64, to.ordinal(), MAP_DESCRIPTOR, 0, descriptor);
            return add(0, 0, 0, 0, 0);
        }

        Builder call(Helper helper) {
            return add(CALL, Register.R0, Register.R0, 0, helper.number);
        }

        Builder jump(String label) {
            return jump(JUMP_ALWAYS, Register.R0, Register.R0, 0, label);
        }

        Builder jumpIf(Condition condition, Register left, Register right, String label) {
            return jump(CLASS_JMP | SOURCE_REGISTER | condition.operation, left, right, 0, label);
        }

        /** The number is extended with its sign. */
        Builder jumpIf(Condition condition, Register left, int right, String label) {
            return jump(CLASS_JMP | condition.operation, left, Register.R0, right, label);
        }

        private Builder jump(int code, Register left, Register right, int value, String label) {
            jumps.put(instructions.size(), label);
            return add(code, left, right, 0, value);
        }

        /** Ends the program with R0 as its result. */
        Builder exit() {
            return add(EXIT, Register.R0, Register.R0, 0, 0);
        }

        /**
         * The next instruction is what jumps to {@code name} jump to.
         *
         * @throws IllegalStateException when there is such a label already
         */
        Builder label(String name) {
            if (labels.putIfAbsent(name, instructions.size()) != null) {
                throw new IllegalStateException("the label \"" + name + "\" is there twice");
            }
            return this;
        }

        private Builder add(int code, Register to, Register from, int offset, int value) {
            return add(code, to.ordinal(), from.ordinal(), offset, value);
        }

        private Builder add(int code, int to, int from, int offset, int value) {
            if (offset != (short) offset) {
                throw new IllegalArgumentException("an offset has 16 bits; given " + offset);
            }
            instructions.add(
                    code | to << 8 | from << 12 | (offset & 0xffffL) << 16 | (long) value << 32);
            return this;
        }

        /**
         * Puts the jumps' distances in.
         *
         * @throws IllegalStateException when a jump's label is missing or lies before it: the
         *     kernel takes loops only where it can see their end, and we need none
         */
        BpfProgram build() {
            long[] finished = instructions.stream().mapToLong(Long::longValue).toArray();
            jumps.forEach((from, label) -> {
                Integer to = labels.get(label);
                if (to == null || to <= from) {
                    throw new IllegalStateException(
                            "no label \"" + label + "\" behind instruction " + from);
                }
                finished[from] |= (to - from - 1 & 0xffffL) << 16;
            });
            return new BpfProgram(finished);
        }
    }
}
