package io.ringway.testkit;

import io.ringway.wire.Checksum;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpProtocol;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Frames as a peer might send them, and what becomes of them on a bad day: builds valid ones of
 * every protocol, spoils fields, lengths and octets, and mends the checksums of some, so that they
 * get further.
 */
final class FuzzFrames {
    private static final int ETHERNET = 14;
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int[] NASTY = {0, 1, 2, 7, 8, 15, 16, 20, 40, 63, 127, 128, 254, 255};

    private final long mac;
    private final long stackMac;
    private final IpAddress peer4;
    private final IpAddress stack4;
    private final IpAddress peer6;
    private final IpAddress stack6;
    private final Rand rand;

    FuzzFrames(
            long mac,
            long stackMac,
            IpAddress peer4,
            IpAddress stack4,
            IpAddress peer6,
            IpAddress stack6,
            Rand rand) {
        this.mac = mac;
        this.stackMac = stackMac;
        this.peer4 = peer4;
        this.stack4 = stack4;
        this.peer6 = peer6;
        this.stack6 = stack6;
        this.rand = rand;
    }

    // --- valid frames ---

    byte[] tcp(boolean isIpv6, int from, int to, int seq, int ack, int flags, byte[] options) {
        int length = rand.chance(0.5) ? 0 : rand.below(rand.chance(0.8) ? 100 : 1461);
        byte[] segment = new byte[20 + options.length + length];
        ByteBuffer.wrap(segment)
                .putShort((short) from)
                .putShort((short) to)
                .putInt(seq)
                .putInt(ack)
                .put((byte) (((20 + options.length) / 4) << 4))
                .put((byte) flags)
                .putShort((short) (rand.chance(0.3) ? rand.below(3) : rand.nextInt()))
                .putShort((short) 0)
                .putShort((short) 0)
                .put(options)
                .put(rand.bytes(length));
        return ip(isIpv6, IpProtocol.TCP, segment);
    }

    byte[] options() {
        byte[] all =
                switch (rand.below(7)) {
                    case 0 -> new byte[] {2, 4, 5, (byte) 0xb4, 4, 2, 1, 1};
                    case 1 -> bytes(1, 1, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0);
                    case 2 -> bytes(1, 3, 3, rand.below(20));
                    case 3 -> bytes(1, 1, 5, 10, 0, 0, 0, 0, 0, 0, 0, 9);
                    case 4 -> rand.bytes(4 * rand.below(11));
                    default -> new byte[0];
                };
        return all;
    }

    private static byte[] bytes(int... values) {
        byte[] all = new byte[values.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) values[i];
        }
        return all;
    }

    byte[] udp(boolean isIpv6, int from, int to) {
        byte[] datagram = rand.bytes(8 + rand.below(200));
        ByteBuffer.wrap(datagram)
                .putShort((short) from)
                .putShort((short) to)
                .putShort((short) datagram.length)
                .putShort((short) 0);
        return ip(isIpv6, IpProtocol.UDP, datagram);
    }

    /** An ICMP message of any type, with a quote of {@code quoted}, a frame that the stack sent. */
    byte[] icmp(boolean isIpv6, byte[] quoted) {
        int quote = Math.max(0, Math.min(quoted.length - ETHERNET, rand.between(0, 100)));
        byte[] message = new byte[8 + quote];
        int[] types4 = {0, 3, 3, 3, 4, 5, 8, 8, 11, 12, 13, 17};
        int[] types6 = {1, 2, 2, 3, 4, 128, 129, 133, 134, 135, 136, 137};
        int type = isIpv6 ? types6[rand.below(12)] : types4[rand.below(12)];
        message[0] = (byte) type;
        message[1] = (byte) rand.below(6);
        message[6] = (byte) NASTY[rand.below(NASTY.length)];
        message[7] = (byte) rand.nextInt();
        if (quote > 0) {
            System.arraycopy(quoted, ETHERNET, message, 8, quote);
        }
        return ip(isIpv6, isIpv6 ? IpProtocol.ICMPV6 : IpProtocol.ICMP, message);
    }

    byte[] arp() {
        byte[] frame = new byte[ETHERNET + 28];
        ByteBuffer out = ByteBuffer.wrap(frame);
        ethernet(out, 0x0806);
        out.putShort((short) 1).putShort((short) 0x0800).put((byte) 6).put((byte) 4);
        out.putShort((short) rand.between(1, 2));
        mac(out, mac);
        out.putInt(rand.chance(0.8) ? peer4.ipv4() : rand.nextInt());
        mac(out, rand.chance(0.5) ? 0 : stackMac);
        out.putInt(rand.chance(0.8) ? stack4.ipv4() : rand.nextInt());
        return frame;
    }

    /** A solicitation or advertisement, with the hop limit and option that it needs. */
    byte[] neighbour() {
        byte[] message = new byte[32];
        boolean isSolicitation = rand.chance(0.5);
        message[0] = (byte) (isSolicitation ? 135 : 136);
        message[4] = (byte) (isSolicitation ? 0 : rand.nextInt());
        byte[] target = (isSolicitation ? stack6 : peer6).toBytes();
        System.arraycopy(target, 0, message, 8, 16);
        message[24] = (byte) (isSolicitation ? 1 : 2);
        message[25] = 1;
        System.arraycopy(rand.bytes(6), 0, message, 26, 6);
        byte[] frame = ip(true, IpProtocol.ICMPV6, message);
        frame[ETHERNET + 7] = (byte) 255;
        return frame;
    }

    /** A piece of a packet, over either version. */
    byte[] fragment(boolean isIpv6) {
        int offset = rand.below(4) * 64;
        byte[] payload = rand.bytes(rand.chance(0.7) ? 64 : 8 * rand.between(1, 9));
        boolean isMore = rand.chance(0.7);
        if (!isIpv6) {
            byte[] frame = ip(false, rand.oneOf(IpProtocol.UDP, IpProtocol.TCP), payload);
            frame[ETHERNET + 4] = 0;
            frame[ETHERNET + 5] = (byte) rand.below(4);
            frame[ETHERNET + 6] = (byte) (isMore ? 0x20 : 0);
            frame[ETHERNET + 7] = (byte) (offset / 8);
            return mended(frame);
        }
        byte[] with = new byte[8 + payload.length];
        with[0] = IpProtocol.UDP;
        with[3] = (byte) (offset | (isMore ? 1 : 0));
        with[7] = (byte) rand.below(4);
        System.arraycopy(payload, 0, with, 8, payload.length);
        return ip(true, 44, with);
    }

    /** An IPv6 packet behind a chain of extension headers. */
    byte[] extended(byte[] inner, int protocol) {
        byte[] chain = new byte[0];
        int next = protocol;
        for (int i = rand.between(1, 4); i > 0; i--) {
            byte[] header = rand.chance(0.7) ? new byte[8] : rand.bytes(8);
            header[0] = (byte) next;
            header[1] = (byte) (rand.chance(0.9) ? 0 : rand.below(4));
            if (rand.chance(0.7)) {
                header[2] = 1;
                header[3] = 4;
            }
            next = rand.oneOf(0, 43, 60, 60, 135);
            byte[] longer = Arrays.copyOf(header, 8 + chain.length);
            System.arraycopy(chain, 0, longer, 8, chain.length);
            chain = longer;
        }
        byte[] all = Arrays.copyOf(chain, chain.length + inner.length);
        System.arraycopy(inner, 0, all, chain.length, inner.length);
        return ip(true, next, all);
    }

    private byte[] ip(boolean isIpv6, int protocol, byte[] payload) {
        int header = isIpv6 ? IPV6_HEADER : IPV4_HEADER;
        byte[] frame = new byte[ETHERNET + header + payload.length];
        ByteBuffer out = ByteBuffer.wrap(frame);
        ethernet(out, isIpv6 ? 0x86dd : 0x0800);
        if (isIpv6) {
            out.putInt(0x60000000).putShort((short) payload.length).put((byte) protocol);
            out.put((byte) 64).put(peer6.toBytes()).put(stack6.toBytes());
        } else {
            out.putShort((short) 0x4500).putShort((short) (header + payload.length));
            out.putInt(rand.nextInt() & 0xffff0000).put((byte) 64).put((byte) protocol);
            out.putShort((short) 0).putInt(peer4.ipv4()).putInt(stack4.ipv4());
        }
        out.put(payload);
        return mended(frame);
    }

    private void ethernet(ByteBuffer out, int type) {
        mac(out, stackMac);
        mac(out, mac);
        out.putShort((short) type);
    }

    private static void mac(ByteBuffer out, long address) {
        out.putShort((short) (address >>> 32)).putInt((int) address);
    }

    // --- what becomes of them ---

    /** Spoils a frame in one to four ways. */
    byte[] spoiled(byte[] frame) {
        byte[] spoiled = frame.clone();
        for (int i = rand.between(1, 4); i > 0; i--) {
            spoiled = once(spoiled);
        }
        return rand.chance(0.7) ? mended(spoiled) : spoiled;
    }

    private byte[] once(byte[] frame) {
        if (frame.length == 0) {
            return rand.bytes(rand.below(64));
        }
        // The headers are where the decisions are.
        int at = rand.below(rand.chance(0.8) ? Math.min(frame.length, 94) : frame.length);
        switch (rand.below(8)) {
            case 0 -> frame[at] ^= (byte) (1 << rand.below(8));
            case 1 -> frame[at] = (byte) NASTY[rand.below(NASTY.length)];
            case 2 -> frame[at] = (byte) rand.nextInt();
            case 3 -> {
                return Arrays.copyOf(frame, rand.below(frame.length + 1));
            }
            case 4 -> {
                byte[] longer = Arrays.copyOf(frame, frame.length + rand.between(1, 600));
                Arrays.fill(longer, frame.length, longer.length, (byte) rand.nextInt());
                return longer;
            }
            case 5 -> {
                int from = rand.below(frame.length);
                int length = Math.min(frame.length - Math.max(at, from), rand.below(20));
                System.arraycopy(frame, from, frame, at, Math.max(0, length));
            }
            case 6 -> {
                // The lengths that the headers give.
                int field = rand.oneOf(14, 16, 17, 18, 19, 20, 46, 50, 58, 66);
                if (field < frame.length) {
                    frame[field] = (byte) (frame[field] + rand.between(-9, 9));
                }
            }
            default -> frame[at] = 0;
        }
        return frame;
    }

    byte[] noise() {
        byte[] frame = rand.bytes(rand.below(rand.chance(0.9) ? 120 : 3000));
        if (frame.length >= ETHERNET && rand.chance(0.8)) {
            ByteBuffer.wrap(frame);
            ethernet(ByteBuffer.wrap(frame), rand.oneOf(0x0800, 0x86dd, 0x0806, 0x8100));
        }
        return frame;
    }

    /** Sets the checksums right, as far as the frame makes sense. */
    private static byte[] mended(byte[] frame) {
        if (frame.length < ETHERNET + IPV4_HEADER) {
            return frame;
        }
        ByteBuffer in = ByteBuffer.wrap(frame);
        MemorySegment memory = MemorySegment.ofArray(frame);
        int type = in.getShort(12) & 0xffff;
        if (type == 0x0800) {
            int header = (frame[ETHERNET] & 0xf) * 4;
            if (header < IPV4_HEADER || ETHERNET + header > frame.length) {
                return frame;
            }
            in.putShort(24, (short) 0);
            in.putShort(24, (short) Checksum.finish(Checksum.sum(memory, ETHERNET, header, 0)));
            int length = (in.getShort(16) & 0xffff) - header;
            long high = 0;
            long from = IpAddress.ipv4Low(in.getInt(26));
            long to = IpAddress.ipv4Low(in.getInt(30));
            mendPayload(in, memory, ETHERNET + header, length, frame[23], high, from, high, to);
        } else if (type == 0x86dd && frame.length >= ETHERNET + IPV6_HEADER) {
            mendPayload(
                    in,
                    memory,
                    ETHERNET + IPV6_HEADER,
                    in.getShort(18) & 0xffff,
                    frame[20],
                    in.getLong(22),
                    in.getLong(30),
                    in.getLong(38),
                    in.getLong(46));
        }
        return frame;
    }

    private static void mendPayload(
            ByteBuffer in,
            MemorySegment memory,
            int at,
            int length,
            int protocol,
            long sourceHigh,
            long sourceLow,
            long destinationHigh,
            long destinationLow) {
        int field =
                switch (protocol) {
                    case IpProtocol.TCP -> 16;
                    case IpProtocol.UDP -> 6;
                    case IpProtocol.ICMP, IpProtocol.ICMPV6 -> 2;
                    default -> -1;
                };
        if (field < 0 || length < field + 2 || at + length > in.limit()) {
            return;
        }
        long sum =
                protocol == IpProtocol.ICMP
                        ? 0
                        : Checksum.pseudoHeader(
                                sourceHigh,
                                sourceLow,
                                destinationHigh,
                                destinationLow,
                                protocol,
                                length);
        in.putShort(at + field, (short) 0);
        in.putShort(at + field, (short) Checksum.finish(Checksum.sum(memory, at, length, sum)));
    }
}
