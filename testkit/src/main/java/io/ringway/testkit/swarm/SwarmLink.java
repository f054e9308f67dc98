package io.ringway.testkit.swarm;

import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.port.Port;
import io.ringway.port.PortQueue;
import io.ringway.wire.Checksum;
import io.ringway.wire.EthernetHeader;
import io.ringway.wire.TcpHeader;

import java.lang.foreign.MemorySegment;

/**
 * The swarm's end of a port: writes its segments, reads those for it, and answers for all of its
 * addresses. One frame at a time is open for writing, and one segment for reading.
 */
final class SwarmLink implements AutoCloseable {
    private static final int BURST = 256;
    private static final int OUT = 1024;

    // A segment may be answered by an acknowledgment and a request.
    private static final int LEAST_ROOM = 2 * BURST;
    private static final int FRAMES = 8192;
    private static final int LARGE_FRAMES = 16;
    private static final int FIRST_PORT = 1024;
    private static final int MSS_OPTION = 0x0204_0000;
    private static final int MSS_OPTION_LENGTH = 4;
    private static final int WINDOW = 0xffff;
    private static final int IP = EthernetHeader.LENGTH;

    private final FramePool frames;
    private final MemorySegment memory;
    private final Counters counters = new Counters();
    private final PortQueue queue;
    private final FrameBatch in = new FrameBatch(BURST);
    private final FrameBatch out = new FrameBatch(OUT);
    private final EthernetHeader ethernet = new EthernetHeader();
    private final SwarmNetwork network;
    private final long ownMac;
    private final int tcp;
    private final int serverPort;
    private final int portsEach;
    private final int connections;

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

    /**
     * Opens queue 0 of the port.
     *
     * @param portsEach connections of an address
     * @param connections numbers that are in use, from 0
     */
    SwarmLink(SwarmConfig config, int portsEach, int connections, Port port) {
        // No message is that long, but the device wants to know where to put one.
        int large = port.capabilities().maxSegmentationLength() > 0 ? LARGE_FRAMES : 0;
        this.frames = new FramePool(FRAMES, large);
        this.memory = frames.memory();
        this.queue = port.open(0, frames, counters);
        this.ownMac = port.macAddress();
        this.network =
                config.server().isIpv4()
                        ? new Ipv4Swarm(config, ownMac)
                        : new Ipv6Swarm(config, ownMac);
        this.tcp = IP + network.headerLength();
        this.serverPort = config.serverPort();
        this.portsEach = portsEach;
        this.connections = connections;
    }

    /** The memory that {@link #payload} and {@link #begin} give offsets in. */
    MemorySegment memory() {
        return memory;
    }

    /**
     * Whether the MAC address of the next hop is known, without which nothing can be sent to it.
     */
    boolean knowsServer() {
        return network.knowsNextHop();
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
        return room() < LEAST_ROOM ? 0 : queue.receive(in, nowNs);
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
     * Reads a received frame; questions for the swarm's addresses are answered at once.
     *
     * @return whether it holds a segment for one of the swarm's connections, now in the fields
     */
    boolean read(int index) {
        int received = in.get(index);
        long at = frames.data(received);
        int length = frames.length(received);
        if (length >= tcp + TcpHeader.MIN_LENGTH
                && ethernet.wrap(memory, at).type() == network.etherType()
                && readSegment(received, at, length)) {
            return true;
        }
        if (network.isControl(memory, at, length)) {
            onControl(at, length);
        } else {
            foreign++;
        }
        return false;
    }

    private boolean readSegment(int received, long at, int length) {
        long ip = at + IP;
        int client = network.client(memory, ip, length - IP);
        if (client == SwarmNetwork.NOBODY) {
            return false;
        }
        int octets = network.segmentLength(memory, ip);
        long segment = at + tcp;
        int port = Octets.u16(memory, segment + 2) - FIRST_PORT;
        if (Octets.u16(memory, segment) != serverPort
                || port < 0
                || port >= portsEach
                || (frames.checksum(received) == FramePool.CHECKSUM_NONE
                        && !Checksum.isIntact(
                                Checksum.sum(
                                        memory,
                                        segment,
                                        octets,
                                        network.pseudoHeader(memory, ip, octets))))) {
            return false;
        }
        connection = client * portsEach + port;
        seq = Octets.u32(memory, segment + 4);
        ack = Octets.u32(memory, segment + 8);
        int word = Octets.u32(memory, segment + 12);
        int header = word >>> 28 << 2;
        flags = word >>> 16 & 0xff;
        payload = segment + header;
        payloadLength = octets - header;
        return connection < connections && header >= TcpHeader.MIN_LENGTH && payloadLength >= 0;
    }

    private void onControl(long at, int length) {
        int answer = frames.allocate();
        int octets = network.answer(memory, at, length, frames.data(answer));
        emit(answer, octets);
    }

    /** Asks for the MAC address of the next hop. */
    void askForServer() {
        int question = frames.allocate();
        emit(question, network.ask(memory, frames.data(question)));
    }

    private void emit(int control, int octets) {
        if (octets == 0) {
            frames.release(control);
            return;
        }
        frames.length(control, octets);
        out.add(control);
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
        frames.length(frame, tcp + segmentLength);
        frames.checksum(frame, FramePool.CHECKSUM_NONE);
        long at = frames.data(frame);
        segmentAt = at + tcp;
        ethernet.wrap(memory, at).set(network.nextHopMac(), ownMac, network.etherType());
        int client = of / portsEach;
        int port = FIRST_PORT + of - client * portsEach;
        network.writeHeader(memory, at + IP, client, segmentLength);
        Octets.put32(memory, segmentAt, port << 16 | serverPort);
        Octets.put32(memory, segmentAt + 4, segmentSeq);
        Octets.put32(memory, segmentAt + 8, segmentAck);
        Octets.put32(memory, segmentAt + 12, header << 26 | segmentFlags << 16 | WINDOW);
        Octets.put32(memory, segmentAt + 16, 0);
        if (isSyn) {
            Octets.put32(memory, segmentAt + TcpHeader.MIN_LENGTH, MSS_OPTION | network.mss());
        }
        return segmentAt + header;
    }

    /** Ends it: the payload is written. */
    void end() {
        long sum = network.pseudoHeader(memory, segmentAt - tcp + IP, segmentLength);
        int checksum = Checksum.finish(Checksum.sum(memory, segmentAt, segmentLength, sum));
        Octets.put16(memory, segmentAt + 16, checksum);
        out.add(frame);
    }

    /** Writes a segment without text, unless there is no room: what is lost is sent again. */
    void send(int of, int segmentSeq, int segmentAck, int segmentFlags) {
        if (room() > 0) {
            begin(of, segmentSeq, segmentAck, segmentFlags, 0);
            end();
        }
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
