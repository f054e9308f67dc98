package io.ringway.testkit.script;

import io.ringway.wire.TcpHeader;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** A packet as a script writes it; numbers are the script's own. */
sealed interface PacketSpec {
    /** What stands in brackets in front. */
    Ip ip();

    /** How the octet of TOS or traffic class is compared. */
    enum TosCheck {
        NONE,
        ECN,
        /** Either of the two ECT codepoints. */
        ECT01,
        TOS
    }

    /**
     * Fields of the IP header.
     *
     * @param flowLabel 0 when it is not looked at
     * @param ttl 0 when it is not looked at
     */
    record Ip(TosCheck check, int tos, int flowLabel, int ttl) {
        static final Ip NONE = new Ip(TosCheck.NONE, 0, 0, 0);
    }

    /**
     * A TCP segment.
     *
     * @param sourcePort 0 when the connection's is meant
     * @param flags as in {@link io.ringway.wire.TcpHeader}, AE above them
     * @param ace the value of AccECN's counter when it is written as a number, or -1
     * @param seq {@link #ANY_SEQ} when it is not looked at
     * @param window -1 when it is not looked at, or the default for one that is sent in
     * @param options null when they are not looked at
     */
    record Tcp(
            Ip ip,
            int sourcePort,
            int destinationPort,
            int flags,
            int ace,
            long seq,
            int length,
            long ack,
            int window,
            int urgent,
            @Nullable List<OptionSpec> options)
            implements PacketSpec {
        /** The accurate-ECN flag (RFC 9768 §2.1), which the header has above CWR. */
        static final int AE = 0x100;

        /** In place of a sequence number that may be any. */
        static final long ANY_SEQ = -1;

        boolean isFirstSyn() {
            return (flags & (TcpHeader.SYN | TcpHeader.ACK)) == TcpHeader.SYN;
        }

        boolean has(int flag) {
            return (flags & flag) != 0;
        }

        @Override
        public String toString() {
            return PacketText.tcp(this);
        }
    }

    /** A UDP datagram with {@code length} octets of data. */
    record Udp(Ip ip, int sourcePort, int destinationPort, int length) implements PacketSpec {
        @Override
        public String toString() {
            return "udp (" + length + ")";
        }
    }

    /**
     * An ICMP message.
     *
     * @param mtu -1 when there is none
     * @param protocol what the packet was that it tells of
     */
    record Icmp(
            Ip ip,
            String type,
            @Nullable String code,
            int mtu,
            int echoId,
            int protocol,
            long seq,
            int length)
            implements PacketSpec {
        @Override
        public String toString() {
            return "icmp "
                    + type
                    + (code == null ? "" : " " + code)
                    + (mtu < 0 ? "" : " mtu " + mtu);
        }
    }
}
