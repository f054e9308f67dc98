package io.ringway.memory;

/**
 * Every number that a lane counts, by name. A dropped frame has exactly one of the reasons here;
 * the names are what {@code --stats} and monitoring show.
 *
 * <p>Grouped by layer; add yours to its group, and say what one more of it means.
 */
public enum Counter {
    // Port
    FRAMES_RECEIVED("frames taken from the port"),
    FRAMES_SENT("frames given to the port"),
    OCTETS_RECEIVED("octets of those received"),
    OCTETS_SENT("octets of those sent"),
    PORT_NO_FRAME("drop: the pool had no frame for what the port held"),
    PORT_RING_FULL("drop: the kernel had no room in the port's receive ring"),
    PORT_TRANSMIT_FULL("drop: the port's transmit queue stayed full"),
    PORT_TOO_LONG("drop: longer than the frame or the MTU"),
    PORT_TRANSMIT_ERROR("drop: the device refused the frame"),

    // Lane
    CYCLES("duty cycles run"),
    CYCLES_BUSY("duty cycles that found work"),
    BUSY_NS("nanoseconds in cycles that found work"),
    IDLE_NS("nanoseconds in cycles that found none, and asleep"),
    LANE_HANDED_OVER("frames received for another lane and handed over to it"),
    LANE_RING_FULL("drop: the lane whose frame it is does not keep up"),
    LANE_NO_FRAME("drop: no frame for the copy that another lane was to have"),
    HANDLER_FAILURES("connections aborted because their handler threw"),

    // Ethernet, 802.1Q
    ETHERNET_TRUNCATED("drop: shorter than an Ethernet header"),
    ETHERNET_NOT_OURS("drop: another station's unicast address"),
    ETHERNET_UNKNOWN_TYPE("drop: an EtherType that nobody takes"),
    ETHERNET_BAD_SOURCE("drop: the source address is a multicast address"),
    VLAN_NOT_OURS("drop: tagged for a VLAN that is not ours"),

    // ARP
    ARP_RECEIVED("ARP packets taken"),
    ARP_MALFORMED("drop: ARP with impossible lengths or types"),
    ARP_CONFLICT("another station claimed our IPv4 address (RFC 5227)"),
    ARP_REQUESTS_SENT("ARP requests and probes sent"),
    ARP_REPLIES_SENT("ARP replies sent"),

    // Neighbours, both versions
    NEIGHBOUR_QUEUE_FULL("drop: too many packets wait for this neighbour"),
    NEIGHBOUR_UNREACHABLE("drop: the neighbour did not answer"),
    NEIGHBOUR_EVICTED("neighbour entries given up for newer ones"),

    // IPv4
    IPV4_RECEIVED("IPv4 packets taken"),
    IPV4_SENT("IPv4 packets sent"),
    IPV4_TRUNCATED("drop: shorter than its header or total length says"),
    IPV4_BAD_VERSION("drop: version is not 4"),
    IPV4_BAD_HEADER_LENGTH("drop: header length below 20 octets or over the packet"),
    IPV4_BAD_CHECKSUM("drop: header checksum wrong"),
    IPV4_BAD_OPTION("drop: an option with an impossible length"),
    IPV4_SOURCE_ROUTE("drop: a source-route option"),
    IPV4_BAD_ADDRESS("drop: a source or destination that cannot be (RFC 1122 §3.2.1.3)"),
    IPV4_NOT_OURS("drop: another host's address; we do not forward"),
    IPV4_UNKNOWN_PROTOCOL("drop: a protocol that nobody takes"),

    // IPv6
    IPV6_RECEIVED("IPv6 packets taken"),
    IPV6_SENT("IPv6 packets sent"),
    IPV6_TRUNCATED("drop: shorter than its header or payload length says"),
    IPV6_BAD_VERSION("drop: version is not 6"),
    IPV6_BAD_EXTENSION("drop: an extension header out of order, too long, or one too many"),
    IPV6_BAD_OPTION("drop: an option whose type says discard"),
    IPV6_BAD_ADDRESS("drop: a source or destination that cannot be"),
    IPV6_NOT_OURS("drop: another host's address; we do not forward"),
    IPV6_NO_NEXT_HEADER("drop: next header 59, so there is nothing to deliver"),
    IPV6_UNKNOWN_NEXT_HEADER("drop: a next header that nobody takes"),

    // Fragments, both versions
    FRAGMENTS_RECEIVED("fragments taken"),
    FRAGMENTS_SENT("fragments sent"),
    FRAGMENT_MALFORMED("drop: a fragment of an impossible length or offset"),
    FRAGMENT_OVERLAP("drop: fragments overlap, so the whole packet goes (RFC 5722)"),
    FRAGMENT_DUPLICATE("drop: a fragment that came before, octet for octet"),
    FRAGMENT_LIMIT("drop: reassembly is at its limit of memory or packets"),
    FRAGMENT_TIMEOUT("drop: the rest did not come in time"),
    REASSEMBLED("packets made whole"),

    // Output
    IP_NO_ROUTE("drop: no route or no source address for a destination"),
    IP_TOO_BIG("drop: over the path MTU and not to be fragmented"),
    IP_NO_FRAME("drop: the pool had no frame for a fragment or an answer"),
    IP_LOOPED("packets from us to us"),
    IP_OUTPUT_FULL("drop: no room in this round's output"),

    // ICMP, both versions
    ICMP_RECEIVED("ICMP messages taken"),
    ICMP_SENT("ICMP messages sent"),
    ICMP_TRUNCATED("drop: shorter than its type needs"),
    ICMP_BAD_CHECKSUM("drop: checksum wrong"),
    ICMP_UNKNOWN_TYPE("drop: a type that we do not know"),
    ICMP_IGNORED("drop: redirects and source quench, which ask nothing of us"),
    ICMP_RATE_LIMITED("answers kept back by the rate limit"),
    ICMP_BAD_MTU("drop: a path MTU below the least there is"),
    ICMP_BAD_QUOTE("drop: an error that quotes no packet of ours"),
    GROUP_QUERIES("IGMP and MLD queries taken"),
    GROUP_REPORTS("IGMP and MLD reports sent"),
    GROUP_MALFORMED("drop: no message of IGMP or MLD, or not from this link"),
    ICMP_ECHO_REQUESTS("echo requests answered"),
    ICMP_ECHO_REPLIES("echo replies taken"),
    ICMP_ECHO_UNWANTED("drop: an echo reply that nobody waits for, or an echo to a group"),
    NDP_BAD("drop: a neighbour-discovery message that fails RFC 4861's checks"),
    NDP_IGNORED("drop: router advertisements, solicitations and redirects"),
    NDP_NOT_OURS("drop: a solicitation for an address that is not ours"),
    DAD_FAILED("an address of ours is in use elsewhere (RFC 4862 §5.4)"),
    PATH_MTU_LOWERED("path MTUs lowered by an ICMP message or by probing"),

    // UDP
    UDP_RECEIVED("datagrams delivered"),
    UDP_SENT("datagrams sent"),
    UDP_TRUNCATED("drop: shorter than its header or length says"),
    UDP_BAD_CHECKSUM("drop: checksum wrong, or zero over IPv6"),
    UDP_NO_SOCKET("drop: nobody bound that port"),
    UDP_QUEUE_FULL("drop: the socket's receive queue is full"),
    UDP_NO_FRAME("drop: the pool had no frame for a datagram"),
    UDP_BAD_ADDRESS("drop: a datagram to or from port 0 or a group we are not in"),
    UDP_SUPER_FRAMES("super-frames of several datagrams that were left to the port to cut"),
    UDP_TOMBSTONES("replicas of a socket whose flow a connect has bound to another lane"),
    UDP_TOMBSTONES_EXPIRED("such replicas that no longer look for datagrams to be forwarded"),
    UDP_FORWARDED("datagrams that such a replica handed over to the lane of the flow"),

    // TCP segments
    TCP_RECEIVED("segments taken (a super-frame counts once)"),
    TCP_SENT("segments sent (a super-frame counts once)"),
    TCP_TRUNCATED("drop: shorter than a header, or a data offset that cannot be"),
    TCP_BAD_CHECKSUM("drop: checksum wrong"),
    TCP_BAD_ADDRESS("drop: to or from a group, or port 0"),
    TCP_BAD_OPTIONS("segments with an option of an impossible length; the options are ignored"),
    TCP_NO_CONNECTION("segments for no connection, answered with RST"),
    TCP_UNACCEPTABLE("drop: outside the receive window"),
    TCP_NO_ACK("drop: no ACK bit where there must be one"),
    TCP_PAWS("drop: an old time stamp (RFC 7323 §5.3)"),
    TCP_OLD_ACK("ACKs of what was acknowledged before"),
    TCP_FUTURE_ACK("drop: an ACK of what was not sent"),
    TCP_CHALLENGE_ACKS("challenge ACKs sent (RFC 5961)"),
    TCP_CHALLENGE_LIMITED("challenge ACKs kept back by the rate limit"),
    TCP_RESETS_RECEIVED("connections reset by the peer"),
    TCP_RESETS_SENT("RSTs sent"),
    TCP_RESETS_LIMITED("RSTs kept back by the rate limit"),
    TCP_NO_FLIGHT("writes put off, or segments out of order dropped: too many connections at work"),
    TCP_NO_FRAME("drop or delay: the pool had no frame"),
    TCP_RECEIVE_LIMIT("drop: data over what the connection may buffer"),
    TCP_OUT_OF_ORDER("segments kept because one before them is missing"),
    TCP_DUPLICATE_DATA("segments with nothing new"),
    TCP_RETRANSMITTED("segments sent again"),
    TCP_TIMEOUTS("retransmission time-outs"),
    TCP_FAST_RECOVERIES("loss recoveries begun by SACK or duplicate ACKs"),
    TCP_REORDER_TIMEOUTS("times that RACK waited for a segment out of order (RFC 8985 §6)"),
    TCP_REORDERING("connections whose path was seen to reorder segments"),
    TCP_LOST_RETRANSMISSIONS("times that what was sent again was found lost again"),
    TCP_TAIL_LOSS_PROBES("tail loss probes sent (RFC 8985 §7)"),
    TCP_PROBE_RECOVERIES("losses that a tail loss probe repaired"),
    TCP_DSACKS("reports of data that the peer got twice (RFC 2883)"),
    TCP_RENEGED("times that a peer gave up what it had reported by SACK (RFC 2018 §8)"),
    TCP_UNDONE_BY_TIMESTAMP("needless repairs found by a time stamp (Eifel, RFC 3522)"),
    TCP_UNDONE_BY_DSACK("needless repairs found by DSACKs"),
    TCP_UNDONE_BY_FRTO("needless time-outs found by F-RTO (RFC 5682)"),
    TCP_ECN_MARKS("segments that came with a congestion mark (RFC 3168)"),
    TCP_ECN_REDUCTIONS("windows reduced because the peer echoed marks"),
    TCP_ECN_FALLBACKS("SYNs sent again without asking for marks"),
    TCP_ZERO_WINDOW_PROBES("zero-window probes sent"),
    TCP_KEEPALIVE_PROBES("keep-alive probes sent"),
    TCP_DELAYED_ACKS("delayed ACKs sent by the timer"),

    // TCP: ICMP errors and the path MTU
    TCP_ICMP_BAD_SEQUENCE("drop: ICMP errors quoting a number that is not outstanding (RFC 5927)"),
    TCP_ICMP_SOFT("ICMP errors about open connections, which they do not end (RFC 5927 §5.2)"),
    TCP_ICMP_REFUSED("connection attempts ended by an ICMP error"),
    TCP_MTU_CONTRADICTED("drop: path MTUs that are no smaller than what they are said of"),
    TCP_MTU_HELD("path MTUs not believed before a time-out agrees (RFC 5927 §7.2)"),
    TCP_MTU_PROBES("segments sent to find out whether the path takes more (RFC 4821)"),
    TCP_MTU_PROBES_LOST("such segments that were lost, or told to be too big"),
    TCP_MTU_RAISED("connections whose segments became larger"),
    TCP_MTU_BLACK_HOLES("segments made smaller because full ones vanish (RFC 4821 §7.7)"),

    // TCP connections
    TCP_OPENED_PASSIVE("connections accepted"),
    TCP_OPENED_ACTIVE("connections opened"),
    TCP_OPEN_FAILED("connection attempts that failed"),
    TCP_CLOSED("connections ended in good order"),
    TCP_ABORTED("connections ended by RST, time-out or abort"),
    TCP_COOKIES_SENT("SYNs answered by a cookie, there being no room for half-open connections"),
    TCP_COOKIES_ACCEPTED("connections accepted by the cookie in their ACK"),
    TCP_COOKIES_REJECTED("ACKs for no connection whose cookie was forged or too old"),
    TCP_FAST_OPEN_PASSIVE("connections accepted by a SYN with a Fast Open cookie (RFC 7413)"),
    TCP_FAST_OPEN_ACTIVE("connections opened whose SYN's data the peer took"),
    TCP_FAST_OPEN_REJECTED("SYNs with a forged or old Fast Open cookie, opened the usual way"),
    TCP_FAST_OPEN_LIMITED("SYNs with a good cookie opened the usual way, too many being pending"),
    TCP_DEFERRED("handshakes that wait for data before the application is shown them"),
    TCP_SYN_QUEUE_FULL("drop: the syncache is full"),
    TCP_ACCEPT_QUEUE_FULL("drop: the listener's accept queue is full"),
    TCP_PEER_LIMIT("drop: the peer has as many connections of that kind as it may"),
    TCP_PEERS_UNCOUNTED("connections whose peer was not counted, there being too many peers"),
    TCP_SYN_EXPIRED("half-open connections given up"),
    TCP_NO_TCB("drop: the table of connections is full"),
    TCP_TIME_WAIT_OVERFLOW("TIME-WAIT entries given up early, the table being full"),

    NETTY_COPIED("frames copied, the application having too many received ones in its buffers");

    private final String help;

    Counter(String help) {
        this.help = help;
    }

    /** What one more of it means, in a line. */
    public String help() {
        return help;
    }

    /** Whether it counts frames or packets that were thrown away. */
    public boolean isDrop() {
        return help.startsWith("drop");
    }

    /** The name as shown: {@code tcp-bad-checksum}. */
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
