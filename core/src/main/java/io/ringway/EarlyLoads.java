package io.ringway;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.tcp.Tcp;
import io.ringway.wire.EthernetHeader;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpProtocol;

import java.lang.foreign.MemorySegment;

/**
 * Loads what the segments of a burst will need before the first of them is processed, so that the
 * cache misses overlap: first all buckets of the table, then all records. With a million
 * connections this takes most of the waiting away.
 *
 * <p>It only guesses: what does not look like a plain TCP segment is passed over, and nothing is
 * checked here.
 */
final class EarlyLoads {
    // With fewer connections everything is in the cache anyway, and looking ahead only costs.
    private static final int LEAST_CONNECTIONS = 8192;
    private static final int LEAST_BURST = 4;

    private static final int ETHERNET = EthernetHeader.LENGTH;
    private static final int LEAST_IPV4 = ETHERNET + 20 + 4;
    private static final int LEAST_IPV6 = ETHERNET + 40 + 4;

    private final FramePool frames;
    private final MemorySegment memory;
    private final Tcp tcp;
    private final PacketInfo info = new PacketInfo();
    private final int[] hashes;
    private int count;
    // Written so that the compiler cannot leave the loads out.
    private int loaded;

    EarlyLoads(FramePool frames, Tcp tcp, int burst) {
        this.frames = frames;
        this.memory = frames.memory();
        this.tcp = tcp;
        this.hashes = new int[burst];
    }

    void load(FrameBatch burst) {
        if (burst.count() < LEAST_BURST || tcp.connectionCount() < LEAST_CONNECTIONS) {
            return;
        }
        count = 0;
        int sum = 0;
        for (int i = 0; i < burst.count(); i++) {
            sum += loadTable(burst.get(i));
        }
        for (int i = 0; i < count; i++) {
            sum += tcp.touchRecord(hashes[i]);
        }
        loaded = sum;
    }

    private int loadTable(int frame) {
        long at = frames.data(frame);
        int length = frames.length(frame);
        if (length >= LEAST_IPV4) {
            // EtherType, version and header length, in one load.
            int kind = Octets.u32(memory, at + 12) >>> 8;
            if (kind == (EthernetHeader.TYPE_IPV4 << 8 | 0x45)) {
                return loadIpv4(at + ETHERNET);
            }
            if (kind >>> 4 == (EthernetHeader.TYPE_IPV6 << 4 | 6) && length >= LEAST_IPV6) {
                return loadIpv6(at + ETHERNET);
            }
        }
        return 0;
    }

    private int loadIpv4(long at) {
        if (Octets.u8(memory, at + 9) != IpProtocol.TCP) {
            return 0;
        }
        info.sourceHigh = PacketInfo.IPV4_HIGH;
        info.sourceLow = IpAddress.ipv4Low(Octets.u32(memory, at + 12));
        info.destinationHigh = PacketInfo.IPV4_HIGH;
        info.destinationLow = IpAddress.ipv4Low(Octets.u32(memory, at + 16));
        return touch(Octets.u32(memory, at + 20));
    }

    private int loadIpv6(long at) {
        if (Octets.u8(memory, at + 6) != IpProtocol.TCP) {
            return 0;
        }
        info.sourceHigh = Octets.u64(memory, at + 8);
        info.sourceLow = Octets.u64(memory, at + 16);
        info.destinationHigh = Octets.u64(memory, at + 24);
        info.destinationLow = Octets.u64(memory, at + 32);
        return touch(Octets.u32(memory, at + 40));
    }

    private int touch(int ports) {
        int hash = tcp.hash(info, ports & 0xffff, ports >>> 16);
        hashes[count++] = hash;
        return tcp.touchTable(hash);
    }

    /** What was loaded, which means nothing. */
    int loaded() {
        return loaded;
    }
}
