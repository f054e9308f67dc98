package io.ringway.linux;

/**
 * The program by which the kernel deals frames to the sockets of a group: the symmetric Toeplitz
 * hash of {@link io.ringway.steering.Toeplitz}, as the stack's lanes have it, so that a flow's
 * frames come to the queue of the flow's lane at once.
 *
 * <p>With the key 6d5a repeated, what counts of addresses and ports is the sum of their 16-bit
 * words without carry; and of the hash, its last bits. Each bit of the sum that is set adds the
 * key, turned by the bit's place.
 *
 * <p>When it runs a packet begins with the network header; no link header is in front yet.
 *
 * <p>Classic BPF, so that it needs no privilege and not bpf(2). It cannot follow buckets that move
 * from lane to lane: then the lanes hand their frames over.
 */
final class FlowSteering {
    private static final int SOL_PACKET = 263;
    private static final int FANOUT_DATA = 22;
    private static final int KEY = 0x6d5a;
    // IndirectionTable.DEFAULT_BUCKETS; the kernel takes the rest by the number of sockets itself.
    private static final int BUCKETS = 128;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final int TCP = 6;
    private static final int UDP = 17;
    // Words of memory.
    private static final int SUM = 0;
    private static final int HASH = 1;

    private final ClassicBpf program = new ClassicBpf();

    private FlowSteering() {
        program.add(ClassicBpf.LD_W, ClassicBpf.ETHER_TYPE);
        program.when(IPV4, this::ipv4);
        program.when(IPV6, this::ipv6);
        program.end(0);
    }

    /** Gives it to the group that a socket is in. Returns 0 or a negated error number. */
    static int attach(int socket) {
        return new FlowSteering().program.attach(socket, SOL_PACKET, FANOUT_DATA);
    }

    private void ipv4() {
        sum(12, 2);
        program.add(ClassicBpf.LDX_IPV4_HEADER, 0);
        // A fragment is hashed without the ports, which not each has.
        program.add(ClassicBpf.LD_H, 6);
        program.add(ClassicBpf.AND, 0x3fff);
        program.when(
                0,
                () -> {
                    program.add(ClassicBpf.LD_B, 9);
                    ports(ClassicBpf.LD_W_X, 0);
                });
        hash();
    }

    private void ipv6() {
        sum(8, 8);
        program.add(ClassicBpf.LD_B, 6);
        ports(ClassicBpf.LD_W, 40);
        hash();
    }

    private void sum(int at, int words) {
        program.add(ClassicBpf.LD_W, at);
        program.add(ClassicBpf.ST_MEMORY, SUM);
        for (int i = 1; i < words; i++) {
            program.add(ClassicBpf.LD_W, at + 4 * i);
            addToSum();
        }
    }

    private void addToSum() {
        int index = ClassicBpf.LDX_MEMORY;
        program.add(index, SUM).add(ClassicBpf.XOR_X, 0).add(ClassicBpf.ST_MEMORY, SUM);
    }

    /** The accumulator holds the protocol; a port number is no protocol that we look for. */
    private void ports(int load, int at) {
        program.jump(ClassicBpf.JUMP_EQUAL, 1, 0, TCP);
        program.jump(ClassicBpf.JUMP_EQUAL, 0, 4, UDP);
        program.add(load, at);
        addToSum();
    }

    private void hash() {
        program.add(ClassicBpf.LD_MEMORY, SUM);
        program.add(ClassicBpf.SHIFT_RIGHT, 16);
        addToSum();
        program.add(ClassicBpf.AND, 0);
        program.add(ClassicBpf.ST_MEMORY, HASH);
        for (int place = 0; place < 16; place++) {
            int turned = (KEY << place | KEY >>> (16 - place)) & 0xffff;
            program.add(ClassicBpf.LD_MEMORY, SUM);
            program.jump(ClassicBpf.JUMP_ANY_BIT, 0, 3, 0x8000 >>> place);
            program.add(ClassicBpf.LD_MEMORY, HASH);
            program.add(ClassicBpf.XOR, turned);
            program.add(ClassicBpf.ST_MEMORY, HASH);
        }
        program.add(ClassicBpf.LD_MEMORY, HASH);
        program.add(ClassicBpf.AND, BUCKETS - 1).end();
    }
}
