package io.ringway.wire;

import io.ringway.memory.Octets;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;

/**
 * Memory for tests, made from hexadecimal digits; its size is that of the octets, so that reading
 * further throws.
 */
final class Wire {
    private Wire() {}

    static MemorySegment octets(String hex) {
        return memory(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    static MemorySegment memory(byte[] octets) {
        MemorySegment memory = Arena.ofAuto().allocate(octets.length);
        MemorySegment.copy(octets, 0, memory, ValueLayout.JAVA_BYTE, 0, octets.length);
        return memory;
    }

    static MemorySegment empty(int length) {
        return Arena.ofAuto().allocate(length);
    }

    static String hex(MemorySegment memory) {
        return HexFormat.of().formatHex(memory.toArray(ValueLayout.JAVA_BYTE));
    }

    static int u16(MemorySegment memory, long offset) {
        return Octets.u16(memory, offset);
    }

    static int u32(MemorySegment memory, long offset) {
        return Octets.u32(memory, offset);
    }

    static void put16(MemorySegment memory, long offset, int value) {
        Octets.put16(memory, offset, value);
    }

    static void put32(MemorySegment memory, long offset, int value) {
        Octets.put32(memory, offset, value);
    }
}
