package io.ringway.linux;

import static io.ringway.linux.BpfProgram.Condition.ABOVE;
import static io.ringway.linux.BpfProgram.Condition.ANY_BIT;
import static io.ringway.linux.BpfProgram.Condition.BELOW;
import static io.ringway.linux.BpfProgram.Condition.EQUAL;
import static io.ringway.linux.BpfProgram.Condition.NOT_EQUAL;
import static io.ringway.linux.BpfProgram.Operation.ADD;
import static io.ringway.linux.BpfProgram.Operation.AND;
import static io.ringway.linux.BpfProgram.Operation.OR;
import static io.ringway.linux.BpfProgram.Operation.SHIFT_LEFT;
import static io.ringway.linux.BpfProgram.Operation.SHIFT_RIGHT;
import static io.ringway.linux.BpfProgram.Register.FP;
import static io.ringway.linux.BpfProgram.Register.R0;
import static io.ringway.linux.BpfProgram.Register.R1;
import static io.ringway.linux.BpfProgram.Register.R2;
import static io.ringway.linux.BpfProgram.Register.R3;
import static io.ringway.linux.BpfProgram.Register.R4;
import static io.ringway.linux.BpfProgram.Width.HALF;
import static io.ringway.linux.BpfProgram.Width.LONG;
import static io.ringway.linux.BpfProgram.Width.OCTET;
import static io.ringway.linux.BpfProgram.Width.WORD;

import io.ringway.linux.BpfProgram.Helper;
import io.ringway.linux.BpfProgram.Register;

/**
 * Decides in the driver which frames are ours. Whatever is not certainly ours passes to the kernel.
 *
 * <ul>
 *   <li>Of an address that is ours alone: all packets to it, ARP from or for it, and neighbour
 *       discovery that asks or tells of it.
 *   <li>Of an address that we share with the kernel: segments and datagrams to ports of ours, and
 *       ICMP errors about what was sent from those. Fragments and IPv6 packets with extension
 *       headers go to the kernel, as do ARP and neighbour discovery.
 * </ul>
 *
 * <p>What is ours goes to the socket of the queue on which it came, and is dropped when there is
 * none: the kernel would answer with a RST.
 */
final class XdpProgram {
    /** Octets of a key of the addresses' map: an IPv6 address, or an IPv4 one mapped to it. */
    static final int ADDRESS_OCTETS = 16;

    /** Values of the addresses' map. */
    static final int OWN = 1;

    static final int SHARED = 2;

    /**
     * Entries of the ports' map, each with 64 bits, one a port: first all of TCP, then all of UDP.
     */
    static final int PORT_WORDS = 2 * 65_536 / 64;

    /** The entry where UDP begins. */
    static final int UDP_WORDS = PORT_WORDS / 2;

    private static final int XDP_DROP = 1;
    private static final int XDP_PASS = 2;

    // struct xdp_md: four octets each for where the frame begins and ends, and the queue.
    private static final int CONTEXT_DATA = 0;
    private static final int CONTEXT_END = 4;
    private static final int CONTEXT_QUEUE = 16;

    // What the kernel hands over stays in R6; R7 walks over the headers up to R8, the frame's end.
    private static final Register CONTEXT = Register.R6;
    private static final Register HEADER = Register.R7;
    private static final Register END = Register.R8;
    private static final Register KIND = Register.R9;

    // The stack: the address that is looked up, and below it the index of a word of ports.
    private static final int ADDRESS = -16;
    private static final int ADDRESS_IPV4 = -4;
    private static final int PORT_WORD = -20;

    private static final int ETHERNET = 14;
    private static final int VLAN = 4;
    private static final int IPV4 = 20;
    private static final int IPV6 = 40;
    private static final int ICMP = 8;
    private static final int PORTS = 4;
    private static final int PROTOCOL_ICMP = 1;
    private static final int PROTOCOL_TCP = 6;
    private static final int PROTOCOL_UDP = 17;
    private static final int PROTOCOL_ICMPV6 = 58;
    private static final int SOLICITATION = 135;
    private static final int ADVERTISEMENT = 136;
    private static final int LAST_ERROR_ICMPV6 = 4;

    private final int addresses;
    private final int ports;
    private final int sockets;
    private final BpfProgram.Builder code = BpfProgram.builder();

    private XdpProgram(int addresses, int ports, int sockets) {
        this.addresses = addresses;
        this.ports = ports;
        this.sockets = sockets;
    }

    /**
     * The program over three maps.
     *
     * @param vlan the VLAN whose frames may be ours, 0 for those without a tag
     */
    static BpfProgram make(int addresses, int ports, int sockets, int vlan) {
        return new XdpProgram(addresses, ports, sockets).make(vlan);
    }

    /** The program to which every frame is ours. */
    static BpfProgram takeAll(int sockets) {
        XdpProgram program = new XdpProgram(0, 0, sockets);
        program.code.set(CONTEXT, R1);
        program.ours();
        return program.code.build();
    }

    private BpfProgram make(int vlan) {
        ethernet(vlan);
        code.label("pass").set(R0, XDP_PASS).exit();
        return code.build();
    }

    private void ethernet(int vlan) {
        code.set(CONTEXT, R1).load(WORD, HEADER, R1, CONTEXT_DATA).load(WORD, END, R1, CONTEXT_END);
        require(ETHERNET);
        code.load(HALF, KIND, HEADER, 12).compute(ADD, HEADER, ETHERNET);
        if (vlan != 0) {
            code.jumpIf(NOT_EQUAL, KIND, network16(0x8100), "pass");
            require(VLAN);
            code.load(HALF, R2, HEADER, 0)
                    .compute(AND, R2, network16(0xfff))
                    .jumpIf(NOT_EQUAL, R2, network16(vlan), "pass")
                    .load(HALF, KIND, HEADER, 2)
                    .compute(ADD, HEADER, VLAN);
        }
        code.jumpIf(EQUAL, KIND, network16(0x0800), "ipv4")
                .jumpIf(EQUAL, KIND, network16(0x86dd), "ipv6")
                .jumpIf(NOT_EQUAL, KIND, network16(0x0806), "pass");
        arp();
        ipv4();
        ipv6();
        port();
        ours();
    }

    private void ours() {
        code.label("ours")
                .map(R1, sockets)
                .load(WORD, R2, CONTEXT, CONTEXT_QUEUE)
                .set(R3, XDP_DROP)
                .call(Helper.REDIRECT_MAP)
                .exit();
    }

    /** Both addresses: who claims ours answers a probe without naming it as the target. */
    private void arp() {
        require(28);
        code.load(WORD, R2, HEADER, 14);
        lookUpIpv4();
        code.jumpIf(EQUAL, R0, 0, "arp target")
                .load(WORD, R0, R0, 0)
                .jumpIf(EQUAL, R0, OWN, "ours")
                .label("arp target")
                .load(WORD, R2, HEADER, 24);
        lookUpIpv4();
        code.jumpIf(EQUAL, R0, 0, "pass")
                .load(WORD, R0, R0, 0)
                .jumpIf(EQUAL, R0, OWN, "ours")
                .jump("pass");
    }

    private void ipv4() {
        code.label("ipv4");
        require(IPV4);
        code.load(WORD, R2, HEADER, 16);
        lookUpIpv4();
        code.jumpIf(EQUAL, R0, 0, "pass")
                .load(WORD, R0, R0, 0)
                .jumpIf(EQUAL, R0, OWN, "ours")
                // A fragment: offset, or "more".
                .load(HALF, R2, HEADER, 6)
                .jumpIf(ANY_BIT, R2, network16(0x3fff), "pass")
                .load(OCTET, KIND, HEADER, 9);
        skipIpv4();
        code.jumpIf(NOT_EQUAL, KIND, PROTOCOL_ICMP, "ports");

        // Errors: unreachable 3, time exceeded 11, parameter problem 12. Their packet is from the
        // address to which they came, and the first fragment or whole.
        require(ICMP + IPV4);
        code.load(OCTET, R2, HEADER, 0)
                .jumpIf(EQUAL, R2, 3, "icmp error")
                .jumpIf(EQUAL, R2, 11, "icmp error")
                .jumpIf(NOT_EQUAL, R2, 12, "pass")
                .label("icmp error")
                .compute(ADD, HEADER, ICMP)
                .load(WORD, R2, HEADER, 12)
                .load(WORD, R3, FP, ADDRESS_IPV4)
                .jumpIf(NOT_EQUAL, R2, R3, "pass")
                .load(HALF, R2, HEADER, 6)
                .jumpIf(ANY_BIT, R2, network16(0x1fff), "pass")
                .load(OCTET, KIND, HEADER, 9);
        skipIpv4();
        require(PORTS);
        code.load(HALF, R3, HEADER, 0).jump("port");
    }

    private void ipv6() {
        code.label("ipv6");
        require(IPV6);
        code.load(OCTET, KIND, HEADER, 6)
                .load(LONG, R2, HEADER, 24)
                .store(LONG, FP, ADDRESS, R2)
                .load(LONG, R2, HEADER, 32)
                .store(LONG, FP, ADDRESS + 8, R2);
        lookUp();
        code.jumpIf(EQUAL, R0, 0, "discovery")
                .load(WORD, R0, R0, 0)
                .jumpIf(EQUAL, R0, OWN, "ours")
                .compute(ADD, HEADER, IPV6)
                .jumpIf(NOT_EQUAL, KIND, PROTOCOL_ICMPV6, "ports");

        require(ICMP + IPV6 + PORTS);
        code.load(OCTET, R2, HEADER, 0)
                .jumpIf(ABOVE, R2, LAST_ERROR_ICMPV6, "pass")
                .compute(ADD, HEADER, ICMP)
                .load(LONG, R2, HEADER, 8)
                .load(LONG, R3, FP, ADDRESS)
                .jumpIf(NOT_EQUAL, R2, R3, "pass")
                .load(LONG, R2, HEADER, 16)
                .load(LONG, R3, FP, ADDRESS + 8)
                .jumpIf(NOT_EQUAL, R2, R3, "pass")
                .load(OCTET, KIND, HEADER, 6)
                .load(HALF, R3, HEADER, IPV6)
                .jump("port");

        // To a group or to somebody else: is it about an address of ours?
        code.label("discovery")
                .jumpIf(NOT_EQUAL, KIND, PROTOCOL_ICMPV6, "pass")
                .compute(ADD, HEADER, IPV6);
        require(24);
        code.load(OCTET, R2, HEADER, 0)
                .jumpIf(BELOW, R2, SOLICITATION, "pass")
                .jumpIf(ABOVE, R2, ADVERTISEMENT, "pass")
                .load(LONG, R2, HEADER, 8)
                .store(LONG, FP, ADDRESS, R2)
                .load(LONG, R2, HEADER, 16)
                .store(LONG, FP, ADDRESS + 8, R2);
        lookUp();
        code.jumpIf(EQUAL, R0, 0, "pass")
                .load(WORD, R0, R0, 0)
                .jumpIf(EQUAL, R0, OWN, "ours")
                .jump("pass");
    }

    /** Whether a port of a shared address is ours: its bit in the map. */
    private void port() {
        code.label("ports");
        require(PORTS);
        code.load(HALF, R3, HEADER, 2)
                .label("port")
                .fromNetwork16(R3)
                .set(R4, 0)
                .jumpIf(EQUAL, KIND, PROTOCOL_TCP, "port word")
                .set(R4, UDP_WORDS)
                .jumpIf(NOT_EQUAL, KIND, PROTOCOL_UDP, "pass")
                .label("port word")
                .set(R2, R3)
                .compute(SHIFT_RIGHT, R2, 6)
                .compute(OR, R2, R4)
                .store(WORD, FP, PORT_WORD, R2)
                .set(KIND, R3)
                .compute(AND, KIND, 63)
                .map(R1, ports)
                .set(R2, FP)
                .compute(ADD, R2, PORT_WORD)
                .call(Helper.MAP_LOOKUP)
                .jumpIf(EQUAL, R0, 0, "pass")
                .load(LONG, R1, R0, 0)
                .compute(SHIFT_RIGHT, R1, KIND)
                .compute(AND, R1, 1)
                .jumpIf(EQUAL, R1, 0, "pass");
    }

    /** What is shorter than this many octets more passes; the verifier asks for the proof. */
    private void require(int octets) {
        code.set(R2, HEADER).compute(ADD, R2, octets).jumpIf(ABOVE, R2, END, "pass");
    }

    /** Behind an IPv4 header of whatever length. */
    private void skipIpv4() {
        code.load(OCTET, R2, HEADER, 0)
                .compute(AND, R2, 15)
                .compute(SHIFT_LEFT, R2, 2)
                .jumpIf(BELOW, R2, IPV4, "pass")
                .compute(ADD, HEADER, R2);
    }

    /** Looks up the IPv4 address in R2. */
    private void lookUpIpv4() {
        code.store(LONG, FP, ADDRESS, 0)
                .store(WORD, FP, ADDRESS + 8, 0xffff_0000)
                .store(WORD, FP, ADDRESS_IPV4, R2);
        lookUp();
    }

    /** R0 becomes where the address's value is, or 0. */
    private void lookUp() {
        code.map(R1, addresses).set(R2, FP).compute(ADD, R2, ADDRESS).call(Helper.MAP_LOOKUP);
    }

    /** A number of 16 bits as a load from a packet gives it. */
    private static int network16(int value) {
        return Short.toUnsignedInt(Short.reverseBytes((short) value));
    }
}
