package io.ringway.linux;

import io.ringway.memory.Octets;
import io.ringway.wire.IpAddress;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A socket filter in classic BPF that keeps from us what is the kernel's at an address which both
 * have: segments and datagrams to other ports than ours, which we would answer with RST or "port
 * unreachable", and pings, which the kernel answers.
 *
 * <p>Everything else comes to us: other addresses, ARP and neighbour discovery, ICMP errors, and
 * fragments without a transport header.
 */
final class PacketFilter {
    private static final int SOL_SOCKET = 1;
    private static final int SO_ATTACH_FILTER = 26;

    // Load a word, half or octet at a fixed place; the same behind X; the length of IPv4's header.
    private static final int LD_W = 0x20;
    private static final int LD_H = 0x28;
    private static final int LD_B = 0x30;
    private static final int LD_H_X = 0x48;
    private static final int LD_B_X = 0x50;
    private static final int LDX_IPV4_HEADER = 0xb1;
    private static final int JUMP = 0x05;
    private static final int JUMP_EQUAL = 0x15;
    private static final int JUMP_GREATER = 0x25;
    private static final int JUMP_AT_LEAST = 0x35;
    private static final int JUMP_SET = 0x45;
    private static final int RETURN = 0x06;
    private static final int WHOLE_FRAME = 0x4_0000;

    private static final int ETHERNET = 14;
    private static final int TYPE = 12;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;
    private static final int ECHO = 8;
    private static final int ECHO_V6 = 128;

    private final List<Long> instructions = new ArrayList<>();
    private final List<XdpConfig.PortRange> ports;

    private PacketFilter(List<IpAddress> shared, List<XdpConfig.PortRange> ports) {
        this.ports = ports;
        load(LD_H, TYPE);
        when(IPV4, () -> ipv4(shared.stream().filter(IpAddress::isIpv4).toList()));
        when(IPV6, () -> ipv6(shared.stream().filter(each -> !each.isIpv4()).toList()));
        end(true);
    }

    /** Attaches it to a socket of AF_PACKET. Returns 0 or a negated error number. */
    static int attach(int socket, List<IpAddress> shared, List<XdpConfig.PortRange> ports) {
        List<Long> instructions = new PacketFilter(shared, ports).instructions;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment program = arena.allocate(16, 8);
            MemorySegment code = arena.allocate(8L * instructions.size(), 8);
            for (int i = 0; i < instructions.size(); i++) {
                Octets.putNative64(code, 8L * i, instructions.get(i));
            }
            Octets.putNative16(program, 0, instructions.size());
            Octets.putNative64(program, 8, code.address());
            return Libc.setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, program);
        }
    }

    private void ipv4(List<IpAddress> shared) {
        for (IpAddress address : shared) {
            load(LD_W, ETHERNET + 16);
            when((int) address.low(), this::sharedIpv4);
        }
        end(true);
    }

    private void sharedIpv4() {
        // Fragments behind the first have no ports: what they belong to is not known here.
        load(LD_H, ETHERNET + 6);
        instruction(JUMP_SET, 0, 1, 0x1fff);
        end(true);
        load(LDX_IPV4_HEADER, ETHERNET);
        load(LD_B, ETHERNET + 9);
        when(
                ICMP,
                () -> {
                    load(LD_B_X, ETHERNET);
                    when(ECHO, () -> end(false));
                    end(true);
                });
        transport(() -> load(LD_H_X, ETHERNET + 2));
    }

    private void ipv6(List<IpAddress> shared) {
        for (IpAddress address : shared) {
            load(LD_W, ETHERNET + 24);
            when(
                    (int) (address.high() >>> 32),
                    () -> {
                        load(LD_W, ETHERNET + 28);
                        when(
                                (int) address.high(),
                                () -> {
                                    load(LD_W, ETHERNET + 32);
                                    when(
                                            (int) (address.low() >>> 32),
                                            () -> {
                                                load(LD_W, ETHERNET + 36);
                                                when((int) address.low(), this::sharedIpv6);
                                            });
                                });
                    });
        }
        end(true);
    }

    private void sharedIpv6() {
        load(LD_B, ETHERNET + 6);
        when(
                ICMPV6,
                () -> {
                    load(LD_B, ETHERNET + 40);
                    when(ECHO_V6, () -> end(false));
                    end(true);
                });
        transport(() -> load(LD_H, ETHERNET + 42));
    }

    /** Lets TCP and UDP to our ports pass and drops what goes to others. */
    private void transport(Runnable loadPort) {
        instruction(JUMP_EQUAL, 2, 0, TCP);
        instruction(JUMP_EQUAL, 1, 0, UDP);
        end(true);
        loadPort.run();
        for (XdpConfig.PortRange range : ports) {
            instruction(JUMP_AT_LEAST, 0, 2, range.first());
            instruction(JUMP_GREATER, 1, 0, range.last());
            end(true);
        }
        end(false);
    }

    /**
     * Runs {@code body} when the value loaded is {@code value}, and otherwise goes on behind it.
     */
    private void when(int value, Runnable body) {
        instruction(JUMP_EQUAL, 1, 0, value);
        int jump = instructions.size();
        instruction(JUMP, 0, 0, 0);
        body.run();
        int distance = instructions.size() - jump - 1;
        instructions.set(jump, encode(JUMP, 0, 0, distance));
    }

    private void load(int code, int at) {
        instruction(code, 0, 0, at);
    }

    private void end(boolean isOurs) {
        instruction(RETURN, 0, 0, isOurs ? WHOLE_FRAME : 0);
    }

    private void instruction(int code, int ifTrue, int ifFalse, int operand) {
        instructions.add(encode(code, ifTrue, ifFalse, operand));
    }

    /** {@code struct sock_filter}: code (short), two jumps (bytes), operand (int). */
    private static long encode(int code, int ifTrue, int ifFalse, int operand) {
        return code
                | (long) ifTrue << 16
                | (long) ifFalse << 24
                | Integer.toUnsignedLong(operand) << 32;
    }
}
