package io.ringway.linux;

import io.ringway.wire.IpAddress;

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

    private final ClassicBpf program = new ClassicBpf();
    private final List<PortRange> ports;

    private PacketFilter(List<IpAddress> shared, List<PortRange> ports) {
        this.ports = ports;
        load(ClassicBpf.LD_H, TYPE);
        when(IPV4, () -> ipv4(shared.stream().filter(IpAddress::isIpv4).toList()));
        when(IPV6, () -> ipv6(shared.stream().filter(each -> !each.isIpv4()).toList()));
        end(true);
    }

    /** Attaches it to a socket of AF_PACKET. Returns 0 or a negated error number. */
    static int attach(int socket, List<IpAddress> shared, List<PortRange> ports) {
        return new PacketFilter(shared, ports).program.attach(socket, SOL_SOCKET, SO_ATTACH_FILTER);
    }

    private void ipv4(List<IpAddress> shared) {
        for (IpAddress address : shared) {
            load(ClassicBpf.LD_W, ETHERNET + 16);
            when((int) address.low(), this::sharedIpv4);
        }
        end(true);
    }

    private void sharedIpv4() {
        // Fragments behind the first have no ports: what they belong to is not known here.
        load(ClassicBpf.LD_H, ETHERNET + 6);
        program.jump(ClassicBpf.JUMP_ANY_BIT, 0, 1, 0x1fff);
        end(true);
        load(ClassicBpf.LDX_IPV4_HEADER, ETHERNET);
        load(ClassicBpf.LD_B, ETHERNET + 9);
        when(
                ICMP,
                () -> {
                    load(ClassicBpf.LD_B_X, ETHERNET);
                    when(ECHO, () -> end(false));
                    end(true);
                });
        transport(() -> load(ClassicBpf.LD_H_X, ETHERNET + 2));
    }

    private void ipv6(List<IpAddress> shared) {
        for (IpAddress address : shared) {
            load(ClassicBpf.LD_W, ETHERNET + 24);
            when(
                    (int) (address.high() >>> 32),
                    () -> {
                        load(ClassicBpf.LD_W, ETHERNET + 28);
                        when(
                                (int) address.high(),
                                () -> {
                                    load(ClassicBpf.LD_W, ETHERNET + 32);
                                    when(
                                            (int) (address.low() >>> 32),
                                            () -> {
                                                load(ClassicBpf.LD_W, ETHERNET + 36);
                                                when((int) address.low(), this::sharedIpv6);
                                            });
                                });
                    });
        }
        end(true);
    }

    private void sharedIpv6() {
        load(ClassicBpf.LD_B, ETHERNET + 6);
        when(
                ICMPV6,
                () -> {
                    load(ClassicBpf.LD_B, ETHERNET + 40);
                    when(ECHO_V6, () -> end(false));
                    end(true);
                });
        transport(() -> load(ClassicBpf.LD_H, ETHERNET + 42));
    }

    /** Lets TCP and UDP to our ports pass and drops what goes to others. */
    private void transport(Runnable loadPort) {
        program.jump(ClassicBpf.JUMP_EQUAL, 2, 0, TCP);
        program.jump(ClassicBpf.JUMP_EQUAL, 1, 0, UDP);
        end(true);
        loadPort.run();
        for (PortRange range : ports) {
            program.jump(ClassicBpf.JUMP_AT_LEAST, 0, 2, range.first());
            program.jump(ClassicBpf.JUMP_GREATER, 1, 0, range.last());
            end(true);
        }
        end(false);
    }

    private void when(int value, Runnable body) {
        program.when(value, body);
    }

    private void load(int code, int at) {
        program.add(code, at);
    }

    private void end(boolean isOurs) {
        program.end(isOurs ? WHOLE_FRAME : 0);
    }
}
