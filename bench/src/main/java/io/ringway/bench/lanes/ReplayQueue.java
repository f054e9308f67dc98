package io.ringway.bench.lanes;

import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.memory.IntQueue;
import io.ringway.memory.Octets;
import io.ringway.port.PortQueue;
import io.ringway.wire.ArpPacket;
import io.ringway.wire.Checksum;
import io.ringway.wire.EthernetHeader;
import io.ringway.wire.Ipv4Header;
import io.ringway.wire.TcpHeader;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/**
 * A queue of {@link ReplayPort}. A request is a copy of its connection's template, with two numbers
 * set; of a reply the port, the acknowledgment and the first octets are looked at. That is all that
 * the generator costs. The lane's thread runs it, so a lane and its clients are on one core.
 */
final class ReplayQueue implements PortQueue {
    /** Octets of payload in a request, and in its reply. */
    static final int PAYLOAD = 64;

    private static final long PEER_MAC = 0x0200_c612_0002L;
    private static final int IP = EthernetHeader.LENGTH;
    private static final int TCP = IP + Ipv4Header.MIN_LENGTH;
    private static final int DATA = TCP + TcpHeader.MIN_LENGTH;
    private static final int TEMPLATE = 128;
    private static final int WINDOW = 0xffff;
    private static final int NONE = -1;

    private final long mac;
    private final int[] seq;
    private final int[] ack;
    private final boolean[] isWaiting;
    private final int[] order;
    // From the client's port, and from the lower bits of its address, to its number.
    private final int[] byPort = new int[4 << 16];
    private final MemorySegment templates;
    private final EthernetHeader ethernet = new EthernetHeader();
    private final ArpPacket arp = new ArpPacket();
    private final IntQueue due;
    private FramePool pool;
    private MemorySegment memory = MemorySegment.NULL;
    private int count;
    private int opened;
    private int cursor;
    private boolean isRunning;
    private long replies;
    private long wrong;

    ReplayQueue(long mac, int connections, int seed) {
        this.mac = mac;
        this.seq = new int[connections];
        this.ack = new int[connections];
        this.isWaiting = new boolean[connections];
        this.order = new int[connections];
        this.templates = Arena.ofAuto().allocate((long) TEMPLATE * connections, 64);
        this.due = new IntQueue(2 * connections + 64);
        this.pool = new FramePool(1, 0);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < connections; i++) {
            int other = random.nextInt(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
    }

    /** Adds a connection; false when there are as many as there should be. */
    boolean add(int address, int port) {
        if (count == seq.length) {
            return false;
        }
        int of = count++;
        byPort[index(address, port)] = of;
        long at = (long) of * TEMPLATE;
        ethernet.wrap(templates, at).set(mac, PEER_MAC, EthernetHeader.TYPE_IPV4);
        int length = Ipv4Header.MIN_LENGTH + TcpHeader.MIN_LENGTH + PAYLOAD;
        Octets.put64(templates, at + IP, 0x4500_0000_0000_4000L | (long) length << 32);
        Octets.put64(templates, at + IP + 8, 0x4006_0000_0000_0000L | (address & 0xffff_ffffL));
        Octets.put32(templates, at + IP + 16, ReplayPort.SERVER.ipv4());
        checksum(templates, at + IP);
        Octets.put32(templates, at + TCP, port << 16 | ReplayPort.SERVER_PORT);
        Octets.put32(
                templates,
                at + TCP + 12,
                TcpHeader.MIN_LENGTH << 26 | (TcpHeader.ACK | TcpHeader.PSH) << 16 | WINDOW);
        Octets.put32(templates, at + TCP + 16, 0);
        for (int i = 0; i < PAYLOAD; i += 8) {
            Octets.put64(templates, at + DATA + i, pattern(of) + i);
        }
        seq[of] = of * 0x9e37_79b9;
        return true;
    }

    private static void checksum(MemorySegment in, long ip) {
        Octets.put16(in, ip + 10, 0);
        Octets.put16(in, ip + 10, Checksum.compute(in, ip, Ipv4Header.MIN_LENGTH));
    }

    private static int index(int address, int port) {
        return (address & 3) << 16 | port;
    }

    private static long pattern(int of) {
        return (of + 1) * 0x9e37_79b9_7f4a_7c15L;
    }

    void open(FramePool lanes) {
        pool.close();
        pool = lanes;
        memory = lanes.memory();
    }

    /** Connections whose handshake is complete on this side. */
    int opened() {
        return opened;
    }

    int connections() {
        return count;
    }

    /** Replies that came, with what was asked. */
    long replies() {
        return replies;
    }

    /** Segments that were not what they should be. */
    long wrong() {
        return wrong;
    }

    /** Writes the SYN of a connection, to be delivered with the next frames. */
    void connect(int of) {
        int frame = copy(of, TcpHeader.MIN_LENGTH);
        Octets.put32(memory, pool.data(frame) + TCP + 4, seq[of]);
        flags(frame, TcpHeader.SYN);
        seq[of]++;
        due.add(frame);
    }

    /** Begins to deliver requests, or ends it. */
    void running(boolean value) {
        isRunning = value;
    }

    private int copy(int of, int segmentLength) {
        int frame = pool.allocate();
        pool.range(frame, FramePool.RECEIVE_START, TCP + segmentLength);
        pool.checksum(frame, FramePool.CHECKSUM_VERIFIED);
        long at = pool.data(frame);
        Octets.copy(templates, (long) of * TEMPLATE, memory, at, TCP + segmentLength);
        if (segmentLength != TcpHeader.MIN_LENGTH + PAYLOAD) {
            Octets.put16(memory, at + IP + 2, Ipv4Header.MIN_LENGTH + segmentLength);
            checksum(memory, at + IP);
        }
        return frame;
    }

    private void flags(int frame, int flags) {
        Octets.put32(
                memory,
                pool.data(frame) + TCP + 12,
                TcpHeader.MIN_LENGTH << 26 | flags << 16 | WINDOW);
    }

    @Override
    public int receive(FrameBatch into, long nowNs) {
        int before = into.count();
        while (due.size() > 0 && into.room() > 0) {
            into.add(due.remove());
        }
        while (isRunning && into.room() > 0 && !isWaiting[order[cursor]]) {
            int of = order[cursor];
            cursor = cursor + 1 == count ? 0 : cursor + 1;
            isWaiting[of] = true;
            int frame = copy(of, TcpHeader.MIN_LENGTH + PAYLOAD);
            long segment = pool.data(frame) + TCP;
            Octets.put32(memory, segment + 4, seq[of]);
            Octets.put32(memory, segment + 8, ack[of]);
            seq[of] += PAYLOAD;
            into.add(frame);
        }
        return into.count() - before;
    }

    @Override
    public int transmit(FrameBatch from, long nowNs) {
        int sent = from.count();
        for (int i = 0; i < sent; i++) {
            int frame = from.get(i);
            take(pool.data(frame), pool.length(frame));
            pool.release(frame);
        }
        from.removeFirst(sent);
        return sent;
    }

    private void take(long at, int length) {
        if (Octets.u16(memory, at + 12) != EthernetHeader.TYPE_IPV4) {
            answer(at);
            return;
        }
        int address = Octets.u32(memory, at + IP + 16);
        long segment = at + TCP;
        int of = byPort[index(address, Octets.u16(memory, segment + 2))];
        int word = Octets.u32(memory, segment + 12);
        int header = word >>> 28 << 2;
        if ((word >>> 16 & TcpHeader.SYN) != 0) {
            ack[of] = Octets.u32(memory, segment + 4) + 1;
            opened++;
            int frame = copy(of, TcpHeader.MIN_LENGTH);
            Octets.put32(memory, pool.data(frame) + TCP + 4, seq[of]);
            Octets.put32(memory, pool.data(frame) + TCP + 8, ack[of]);
            flags(frame, TcpHeader.ACK);
            due.add(frame);
            return;
        }
        boolean isReply =
                length - TCP - header == PAYLOAD
                        && Octets.u32(memory, segment + 8) == seq[of]
                        && Octets.u32(memory, segment + 4) == ack[of]
                        && Octets.u64(memory, segment + header) == pattern(of);
        if (!isReply) {
            wrong++;
            return;
        }
        ack[of] += PAYLOAD;
        isWaiting[of] = false;
        replies++;
    }

    private void answer(long at) {
        arp.wrap(memory, at + IP);
        if (Octets.u16(memory, at + 12) != EthernetHeader.TYPE_ARP
                || arp.operation() != ArpPacket.REQUEST
                || arp.targetIp() != ReplayPort.GATEWAY.ipv4()) {
            return;
        }
        int asker = arp.senderIp();
        int frame = pool.allocate();
        pool.range(frame, FramePool.RECEIVE_START, 60);
        long to = pool.data(frame);
        ethernet.wrap(memory, to).set(mac, PEER_MAC, EthernetHeader.TYPE_ARP);
        arp.wrap(memory, to + IP)
                .set(ArpPacket.REPLY, PEER_MAC, ReplayPort.GATEWAY.ipv4(), mac, asker);
        due.add(frame);
    }

    /** Turns a request into the reply that the server would give, for a lane that does nothing. */
    void reflect(int frame) {
        long at = pool.data(frame);
        long segment = at + TCP;
        Octets.put32(memory, at + IP + 16, Octets.u32(memory, at + IP + 12));
        int ports = Octets.u32(memory, segment);
        Octets.put32(memory, segment, Integer.rotateLeft(ports, 16));
        int request = Octets.u32(memory, segment + 4);
        Octets.put32(memory, segment + 4, Octets.u32(memory, segment + 8));
        Octets.put32(memory, segment + 8, request + PAYLOAD);
    }

    @Override
    public long nextDeadlineNs() {
        return due.size() > 0 || isRunning ? 0 : Long.MAX_VALUE;
    }

    @Override
    public int pollDescriptor() {
        return NONE;
    }

    @Override
    public void close() {
        while (due.size() > 0) {
            pool.release(due.remove());
        }
    }
}
