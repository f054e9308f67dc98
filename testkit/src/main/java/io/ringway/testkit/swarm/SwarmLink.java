package io.ringway.testkit.swarm;

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
import io.ringway.wire.MacAddress;
import io.ringway.wire.TcpHeader;

import java.lang.foreign.MemorySegment;

/**
 * The swarm's end of a port: writes its segments, reads those for it, and answers ARP for all of
 * its addresses. One frame at a time is open for writing, and one segment for reading.
 */
final class SwarmLink implements AutoCloseable {
    private static final int BURST = 256;
    private static final int OUT = 1024;
    private static final int FRAMES = 8192;
    private static final int FIRST_PORT = 1024;
    private static final int MSS_OPTION = 0x0204_05b4;
    private static final int MSS_OPTION_LENGTH = 4;
    private static final int WINDOW = 0xffff;
    private static final int IP = EthernetHeader.LENGTH;
    private static final int TCP = IP + Ipv4Header.MIN_LENGTH;
    private static final int PROTOCOL = 6;

    private final FramePool frames = new FramePool(FRAMES, 0);
    private final MemorySegment memory = frames.memory();
    private final Counters counters = new Counters();
    private final PortQueue queue;
    private final FrameBatch in = new FrameBatch(BURST);
    private final FrameBatch out = new FrameBatch(OUT);
    private final EthernetHeader ethernet = new EthernetHeader();
    private final ArpPacket arp = new ArpPacket();
    private final long ownMac;
    private final int own;
    private final int server;
    private final int serverPort;
    private final int firstClient;
    private final int addresses;
    private final int connections;
    private long serverMac;

    // What is being written.
    private int frame;
    private long segmentAt;
    private int segmentLength;

    // What was read last.
    int connection;
    int seq;
    int ack;
    int flags;
    long payload;
    int payloadLength;
    private long foreign;

    SwarmLink(SwarmConfig config, Port port) {
        this.queue = port.open(0, frames, counters);
        this.ownMac = port.macAddress();
        this.own = config.own().ipv4();
        this.server = config.server().ipv4();
        this.serverPort = config.serverPort();
        this.firstClient = config.firstClient().ipv4();
        this.addresses = config.addresses();
        this.connections = config.connections();
    }

    /** The memory that {@link #payload} and {@link #begin} give offsets in. */
    MemorySegment memory() {
        return memory;
    }

    /** Whether the server's MAC address is known, without which nothing can be sent to it. */
    boolean knowsServer() {
        return serverMac != 0;
    }

    /** Frames that were for nobody here. */
    long foreign() {
        return foreign;
    }

    /** How many segments can be written now. */
    int room() {
        return Math.min(out.room(), frames.freeSmallCount() - BURST);
    }

    /** Takes what has arrived; returns how many frames, to be {@link #read}. */
    int receive(long nowNs) {
        in.clear();
        return room() < BURST ? 0 : queue.receive(in, nowNs);
    }

    /** Puts what was written on the wire; what finds no room there stays for the next time. */
    int transmit(long nowNs) {
        return out.count() == 0 ? 0 : queue.transmit(out, nowNs);
    }

    /** Gives back a frame that was received. */
    void release(int index) {
        frames.release(in.get(index));
    }

    // --- reading ---

    /**
     * Reads a received frame; ARP is answered at once.
     *
     * @return whether it holds a segment for one of the swarm's connections, now in the fields
     */
    boolean read(int index) {
        int received = in.get(index);
        long at = frames.data(received);
        int length = frames.length(received);
        int type = length < TCP ? 0 : ethernet.wrap(memory, at).type();
        if (type == EthernetHeader.TYPE_ARP) {
            onArp(at);
            return false;
        }
        if (type != EthernetHeader.TYPE_IPV4 || !readSegment(received, at, length)) {
            foreign++;
            return false;
        }
        return true;
    }

    private boolean readSegment(int received, long at, int length) {
        int total = Octets.u16(memory, at + IP + 2);
        int tcpLength = total - Ipv4Header.MIN_LENGTH;
        long tcp = at + TCP;
        if (Octets.u8(memory, at + IP) != 0x45
                || Octets.u8(memory, at + IP + 9) != PROTOCOL
                || Octets.u32(memory, at + IP + 12) != server
                || tcpLength < TcpHeader.MIN_LENGTH
                || total > length - IP
                || Octets.u16(memory, tcp) != serverPort
                || (frames.checksum(received) == FramePool.CHECKSUM_NONE
                        && !Checksum.isIntact(
                                Checksum.sum(
                                        memory, tcp, tcpLength, pseudoHeader(at, tcpLength))))) {
            return false;
        }
        int address = Octets.u32(memory, at + IP + 16) - firstClient;
        int port = Octets.u16(memory, tcp + 2) - FIRST_PORT;
        if (address < 0 || address >= addresses || port < 0 || port >= SwarmConfig.PORTS) {
            return false;
        }
        connection = address * SwarmConfig.PORTS + port;
        seq = Octets.u32(memory, tcp + 4);
        ack = Octets.u32(memory, tcp + 8);
        int word = Octets.u32(memory, tcp + 12);
        int header = word >>> 28 << 2;
        flags = word >>> 16 & 0xff;
        payload = tcp + header;
        payloadLength = tcpLength - header;
        return connection < connections && header >= TcpHeader.MIN_LENGTH && payloadLength >= 0;
    }

    private void onArp(long at) {
        arp.wrap(memory, at + EthernetHeader.LENGTH);
        int asker = arp.senderIp();
        long askerMac = arp.senderMac();
        if (asker == server) {
            serverMac = askerMac;
        }
        int target = arp.targetIp();
        boolean isOurs =
                target == own || (target - firstClient >= 0 && target - firstClient < addresses);
        if (arp.operation() == ArpPacket.REQUEST && isOurs) {
            writeArp(ArpPacket.REPLY, askerMac, target, askerMac, asker);
        }
    }

    /** Asks for the server's MAC address. */
    void askForServer() {
        writeArp(ArpPacket.REQUEST, MacAddress.BROADCAST, own, 0, server);
    }

    private void writeArp(int operation, long to, int sender, long targetMac, int target) {
        int answer = frames.allocate();
        frames.length(answer, IP + ArpPacket.LENGTH);
        long at = frames.data(answer);
        ethernet.wrap(memory, at).set(to, ownMac, EthernetHeader.TYPE_ARP);
        arp.wrap(memory, at + IP).set(operation, ownMac, sender, targetMac, target);
        out.add(answer);
    }

    // --- writing ---

    /**
     * Begins a segment of a connection; only when there is {@link #room}.
     *
     * @return where its payload is to be written
     */
    long begin(int of, int segmentSeq, int segmentAck, int segmentFlags, int octets) {
        boolean isSyn = (segmentFlags & TcpHeader.SYN) != 0;
        int header = TcpHeader.MIN_LENGTH + (isSyn ? MSS_OPTION_LENGTH : 0);
        segmentLength = header + octets;
        frame = frames.allocate();
        frames.length(frame, TCP + segmentLength);
        frames.checksum(frame, FramePool.CHECKSUM_NONE);
        long at = frames.data(frame);
        segmentAt = at + TCP;
        ethernet.wrap(memory, at).set(serverMac, ownMac, EthernetHeader.TYPE_IPV4);
        long ip = at + IP;
        int total = Ipv4Header.MIN_LENGTH + segmentLength;
        Octets.put64(memory, ip, 0x4500_0000_0000_4000L | (long) total << 32);
        int address = firstClient + of / SwarmConfig.PORTS;
        Octets.put64(memory, ip + 8, 0x4006_0000_0000_0000L | (address & 0xffff_ffffL));
        Octets.put32(memory, ip + 16, server);
        Octets.put16(memory, ip + 10, Checksum.compute(memory, ip, Ipv4Header.MIN_LENGTH));
        Octets.put32(memory, segmentAt, (FIRST_PORT + of % SwarmConfig.PORTS) << 16 | serverPort);
        Octets.put32(memory, segmentAt + 4, segmentSeq);
        Octets.put32(memory, segmentAt + 8, segmentAck);
        Octets.put32(memory, segmentAt + 12, header << 26 | segmentFlags << 16 | WINDOW);
        Octets.put32(memory, segmentAt + 16, 0);
        if (isSyn) {
            Octets.put32(memory, segmentAt + TcpHeader.MIN_LENGTH, MSS_OPTION);
        }
        return segmentAt + header;
    }

    /** Ends it: the payload is written. */
    void end() {
        long sum = pseudoHeader(segmentAt - TCP, segmentLength);
        int checksum = Checksum.finish(Checksum.sum(memory, segmentAt, segmentLength, sum));
        Octets.put16(memory, segmentAt + 16, checksum);
        out.add(frame);
    }

    private long pseudoHeader(long at, int length) {
        return (Octets.u32(memory, at + IP + 12) & 0xffff_ffffL)
                + (Octets.u32(memory, at + IP + 16) & 0xffff_ffffL)
                + PROTOCOL
                + length;
    }

    @Override
    public void close() {
        while (out.count() > 0) {
            frames.release(out.get(0));
            out.removeFirst(1);
        }
        queue.close();
        frames.close();
    }
}
