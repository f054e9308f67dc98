package io.ringway.bench.echo;

import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.port.Port;
import io.ringway.port.PortQueue;
import io.ringway.wire.ArpPacket;
import io.ringway.wire.Checksum;
import io.ringway.wire.EthernetHeader;
import io.ringway.wire.Ipv4Header;
import io.ringway.wire.TcpHeader;
import io.ringway.wire.TcpOptions;
import io.ringway.wire.TcpOptionsWriter;

import java.lang.foreign.MemorySegment;

/**
 * The other end of many connections at once: it writes segments from a few numbers it keeps of each
 * connection, and checks every octet that comes back. It is no stack: it never retransmits, so the
 * link must be clean.
 *
 * <p>It speaks as Linux does: with time stamps in every segment, and a window scale of 7.
 */
final class EchoPeer implements AutoCloseable {
    /** Octets of payload in a request, and in its reply. */
    static final int PAYLOAD = 64;

    static final int SERVER_PORT = 7;
    static final int SERVER_ADDRESS = 0xc612_0001; // 198.18.0.1
    private static final int GATEWAY_ADDRESS = 0xc612_0002; // 198.18.0.2
    private static final int FIRST_ADDRESS = 0xc613_0001; // 198.19.0.1
    private static final int FIRST_PORT = 2048;
    private static final int PORTS = 50_000;
    private static final int WINDOW = 4096;
    private static final int WINDOW_SHIFT = 7;
    private static final int MSS = 1460;
    private static final int IP = EthernetHeader.LENGTH;
    private static final int TCP = IP + Ipv4Header.MIN_LENGTH;
    private static final int OPTIONS = TCP + TcpHeader.MIN_LENGTH;
    private static final int SYN_OPTIONS = 20;
    private static final int MIN_LENGTH = 60;

    // What is kept of a connection, as ints side by side: one cache line holds four connections.
    private static final int STRIDE = 4;
    private static final int SND_NXT = 0;
    private static final int RCV_NXT = 1;
    private static final int TS_ECHO = 2;

    private final PortQueue queue;
    private final FramePool frames;
    private final MemorySegment memory;
    private final long ownMac;
    private final long serverMac;
    private final int[] connections;
    private final FrameBatch out = new FrameBatch(256);
    private final FrameBatch in = new FrameBatch(256);
    private final EthernetHeader ethernet = new EthernetHeader();
    private final Ipv4Header ip = new Ipv4Header();
    private final TcpHeader tcp = new TcpHeader();
    private final ArpPacket arp = new ArpPacket();
    private final TcpOptions options = new TcpOptions();
    private int openCount;

    EchoPeer(Port port, long serverMac, int count) {
        this.frames = new FramePool(2048, 16);
        this.queue = port.open(0, frames, new Counters());
        this.memory = frames.memory();
        this.ownMac = port.macAddress();
        this.serverMac = serverMac;
        this.connections = new int[Math.multiplyExact(count, STRIDE)];
    }

    /** How many more frames can be written before they must be {@link #transmit transmitted}. */
    int room() {
        return out.room();
    }

    /** Connections whose handshake is complete on this side. */
    int openCount() {
        return openCount;
    }

    /** Writes the SYN of a connection. */
    void connect(int connection, long nowNs) {
        int frame = frames.allocate();
        int at = connection * STRIDE;
        int iss = connection * 0x9e37_79b9;
        connections[at + SND_NXT] = iss;
        int length = TcpHeader.MIN_LENGTH + SYN_OPTIONS;
        long start = begin(frame, connection, length);
        long option = start + OPTIONS;
        option += TcpOptionsWriter.mss(memory, option, MSS);
        option += TcpOptionsWriter.sackPermittedAndTimestamps(memory, option, tick(nowNs), 0);
        TcpOptionsWriter.windowScale(memory, option, WINDOW_SHIFT);
        finish(frame, start, at, length, TcpHeader.SYN);
        connections[at + SND_NXT] = iss + 1;
    }

    /** Writes a request: 64 octets, and the acknowledgment of all that has come. */
    void request(int connection, long nowNs) {
        int frame = frames.allocate();
        int at = connection * STRIDE;
        int length = TcpHeader.MIN_LENGTH + TcpOptions.TIMESTAMPS_LENGTH + PAYLOAD;
        long start = begin(frame, connection, length);
        TcpOptionsWriter.timestamps(
                memory, start + OPTIONS, tick(nowNs), connections[at + TS_ECHO]);
        long payload = start + OPTIONS + TcpOptions.TIMESTAMPS_LENGTH;
        long pattern = pattern(connection, connections[at + SND_NXT]);
        for (int i = 0; i < PAYLOAD; i += 8) {
            Octets.putNative64(memory, payload + i, pattern + i);
        }
        finish(frame, start, at, length, TcpHeader.ACK | TcpHeader.PSH);
        connections[at + SND_NXT] += PAYLOAD;
    }

    /** Writes an acknowledgment by itself. */
    void acknowledge(int connection, long nowNs) {
        int frame = frames.allocate();
        int at = connection * STRIDE;
        int length = TcpHeader.MIN_LENGTH + TcpOptions.TIMESTAMPS_LENGTH;
        long start = begin(frame, connection, length);
        TcpOptionsWriter.timestamps(
                memory, start + OPTIONS, tick(nowNs), connections[at + TS_ECHO]);
        finish(frame, start, at, length, TcpHeader.ACK);
    }

    private long begin(int frame, int connection, int segmentLength) {
        int length = TCP + segmentLength;
        frames.length(frame, length);
        long start = frames.data(frame);
        ethernet.wrap(memory, start).set(serverMac, ownMac, EthernetHeader.TYPE_IPV4);
        int address = FIRST_ADDRESS + connection / PORTS;
        long at = start + IP;
        // Version, length, and the rest in the order of RFC 791 §3.1.
        Octets.put64(
                memory,
                at,
                0x4500_0000_0000_4000L | (long) (Ipv4Header.MIN_LENGTH + segmentLength) << 32);
        Octets.put64(memory, at + 8, 0x4006_0000_0000_0000L | (address & 0xffff_ffffL));
        Octets.put32(memory, at + 16, SERVER_ADDRESS);
        Octets.put16(memory, at + 10, Checksum.compute(memory, at, Ipv4Header.MIN_LENGTH));
        Octets.put32(memory, start + TCP, (FIRST_PORT + connection % PORTS) << 16 | SERVER_PORT);
        return start;
    }

    private void finish(int frame, long start, int at, int length, int flags) {
        long segment = start + TCP;
        boolean isSyn = flags == TcpHeader.SYN;
        int headerLength =
                TcpHeader.MIN_LENGTH + (isSyn ? SYN_OPTIONS : TcpOptions.TIMESTAMPS_LENGTH);
        Octets.put32(memory, segment + 4, connections[at + SND_NXT]);
        Octets.put32(memory, segment + 8, isSyn ? 0 : connections[at + RCV_NXT]);
        Octets.put32(memory, segment + 12, headerLength << 26 | flags << 16 | WINDOW);
        Octets.put32(memory, segment + 16, 0);
        long sum = pseudoHeader(start, length);
        Octets.put16(
                memory, segment + 16, Checksum.finish(Checksum.sum(memory, segment, length, sum)));
        out.add(frame);
    }

    private long pseudoHeader(long start, int length) {
        return (Octets.u32(memory, start + IP + 12) & 0xffff_ffffL)
                + (Octets.u32(memory, start + IP + 16) & 0xffff_ffffL)
                + 6
                + length;
    }

    /** Puts what was written on the link. */
    void transmit(long nowNs) {
        queue.transmit(out, nowNs);
        if (out.count() != 0) {
            throw new IllegalStateException("the link took not all frames of a burst");
        }
    }

    /**
     * Takes what the server has sent, and checks it.
     *
     * @return how many replies to requests were among it
     * @throws IllegalStateException when a reply is not what it should be
     */
    int drain(long nowNs) {
        int replies = 0;
        int count;
        while ((count = queue.receive(in, nowNs)) > 0) {
            for (int i = 0; i < count; i++) {
                replies += check(in.get(i), nowNs);
                frames.release(in.get(i));
            }
            in.clear();
        }
        return replies;
    }

    private int check(int frame, long nowNs) {
        long start = frames.data(frame);
        int type = ethernet.wrap(memory, start).type();
        if (type == EthernetHeader.TYPE_ARP) {
            answer(start);
            return 0;
        }
        ip.wrap(memory, start + IP);
        int length = ip.totalLength() - Ipv4Header.MIN_LENGTH;
        if (type != EthernetHeader.TYPE_IPV4 || ip.source() != SERVER_ADDRESS) {
            throw new IllegalStateException("a frame that nobody asked for: type " + type);
        }
        if (!Checksum.isIntact(
                Checksum.sum(memory, start + TCP, length, pseudoHeader(start, length)))) {
            throw new IllegalStateException("a segment with a wrong checksum");
        }
        tcp.wrap(memory, start + TCP);
        int connection =
                (ip.destination() - FIRST_ADDRESS) * PORTS + tcp.destinationPort() - FIRST_PORT;
        if (tcp.isSyn()) {
            opened(connection, start, nowNs);
            return 0;
        }
        return reply(connection, start, length - tcp.dataOffset());
    }

    private void answer(long start) {
        arp.wrap(memory, start + EthernetHeader.LENGTH);
        if (arp.operation() != ArpPacket.REQUEST || arp.targetIp() != GATEWAY_ADDRESS) {
            return;
        }
        int frame = frames.allocate();
        frames.length(frame, MIN_LENGTH);
        long answer = frames.data(frame);
        long asker = arp.senderMac();
        int askerIp = arp.senderIp();
        ethernet.wrap(memory, answer).set(asker, ownMac, EthernetHeader.TYPE_ARP);
        arp.wrap(memory, answer + EthernetHeader.LENGTH)
                .set(ArpPacket.REPLY, ownMac, GATEWAY_ADDRESS, asker, askerIp);
        out.add(frame);
    }

    private void opened(int connection, long start, long nowNs) {
        int at = connection * STRIDE;
        expect("acknowledgment of a SYN", connections[at + SND_NXT], tcp.acknowledgment());
        if (!options.parse(memory, start + OPTIONS, tcp.dataOffset() - TcpHeader.MIN_LENGTH)
                || !options.hasTimestamps()) {
            throw new IllegalStateException("a SYN-ACK without time stamps");
        }
        connections[at + TS_ECHO] = options.timestampValue();
        connections[at + RCV_NXT] = tcp.sequence() + 1;
        acknowledge(connection, nowNs);
        openCount++;
    }

    private int reply(int connection, long start, int payloadLength) {
        int at = connection * STRIDE;
        if (tcp.isRst() || tcp.isFin()) {
            throw new IllegalStateException("connection " + connection + " was ended");
        }
        expect("acknowledgment", connections[at + SND_NXT], tcp.acknowledgment());
        expect("sequence", connections[at + RCV_NXT], tcp.sequence());
        if (!TcpOptions.isTimestampsOnly(
                memory, start + OPTIONS, tcp.dataOffset() - TcpHeader.MIN_LENGTH)) {
            throw new IllegalStateException("a segment without time stamps");
        }
        connections[at + TS_ECHO] = TcpOptions.fastTimestampValue(memory, start + OPTIONS);
        if (payloadLength == 0) {
            return 0;
        }
        expect("length of a reply", PAYLOAD, payloadLength);
        long payload = start + OPTIONS + TcpOptions.TIMESTAMPS_LENGTH;
        long pattern = pattern(connection, connections[at + SND_NXT] - PAYLOAD);
        for (int i = 0; i < PAYLOAD; i += 8) {
            if (Octets.native64(memory, payload + i) != pattern + i) {
                throw new IllegalStateException("a reply with other content than its request");
            }
        }
        connections[at + RCV_NXT] += PAYLOAD;
        return 1;
    }

    private static void expect(String what, int expected, int found) {
        if (expected != found) {
            throw new IllegalStateException(
                    what + ": expected " + expected + " and found " + found);
        }
    }

    private static long pattern(int connection, int sequence) {
        return ((long) connection << 32 | (sequence & 0xffff_ffffL)) * 0x9e37_79b9_7f4a_7c15L;
    }

    private static int tick(long nowNs) {
        return (int) (nowNs / 1_000_000);
    }

    @Override
    public void close() {
        queue.close();
        frames.close();
    }
}
