package io.ringway.testkit.swarm;

import java.lang.foreign.MemorySegment;

/**
 * What is below TCP in a swarm: IPv4 with ARP, or IPv6 with neighbour discovery. Frames begin with
 * an Ethernet header without a tag; a client is one of the swarm's addresses, counted from 0.
 */
interface SwarmNetwork {
    /** Stands for "none of our clients". */
    int NOBODY = -1;

    /** Octets of the largest frame that {@link #ask} and {@link #answer} write. */
    int LONGEST = 128;

    /** The type of its Ethernet frames. */
    int etherType();

    /** Octets of the IP header. */
    int headerLength();

    /** The MSS to announce, for an MTU of 1,500. */
    int mss();

    /** Whether the MAC address of the next hop is known, without which nothing can be sent. */
    boolean knowsNextHop();

    /** The MAC address of the next hop. */
    long nextHopMac();

    /** Writes the frame that asks for the next hop, and returns its octets. */
    int ask(MemorySegment memory, long at);

    /**
     * Looks at a frame that holds no segment: takes what it tells of the next hop, and answers
     * questions for the swarm's addresses.
     *
     * @return octets of the answer, written at {@code to}; 0 when there is none
     */
    int answer(MemorySegment memory, long at, int length, long to);

    /** Whether a frame is a question of the network's own, or an answer to one. */
    boolean isControl(MemorySegment memory, long at, int length);

    /**
     * The client that a packet of the server's is for, or {@link #NOBODY}.
     *
     * @param available octets from {@code ip} to the end of the frame
     */
    int client(MemorySegment memory, long ip, int available);

    /** Octets of the segment in a packet of which {@link #client} knows the client. */
    int segmentLength(MemorySegment memory, long ip);

    /** Writes the header of a packet from a client to the server. */
    void writeHeader(MemorySegment memory, long ip, int client, int segmentLength);

    /** The sum of the pseudo-header of a packet. */
    long pseudoHeader(MemorySegment memory, long ip, int segmentLength);
}
