package io.ringway;

import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.tcp.Tcp;

import java.lang.foreign.MemorySegment;

/**
 * Looks ahead over a burst of received frames, so that the cache misses of many connections overlap
 * instead of following each other: first it touches all buckets of the connection table, then all
 * TCBs, and only then is the first frame processed. At a million connections this about halves the
 * cost of a packet.
 *
 * <p>It only reads, and only plain TCP over IPv4; what it leaves out or takes wrongly costs a miss
 * and nothing else.
 */
final class EarlyLoads {
    private static final int ETHERNET = 14;
    private static final int SHORTEST = ETHERNET + 20 + 20;
    private static final int PLAIN_IPV4 = 0x0800_45;

    /** Fewer connections than this stay in the cache by themselves. */
    private static final int WORTHWHILE = 4096;

    private final FramePool frames;
    private final Tcp tcp;
    private final int[] hashes;
    // Written so that the compiler cannot leave the loads out.
    private int consumed;

    EarlyLoads(FramePool frames, Tcp tcp, int burst) {
        this.frames = frames;
        this.tcp = tcp;
        this.hashes = new int[burst];
    }

    /** Touches what the frames of the burst will need. */
    void touch(FrameBatch burst) {
        if (burst.count() < 2 || tcp.connectionCount() < WORTHWHILE) {
            return;
        }
        int found = 0;
        int sum = 0;
        for (int i = 0; i < burst.count(); i++) {
            int frame = burst.get(i);
            if (isPlainTcp(frame)) {
                int hash = hash(frame);
                hashes[found++] = hash;
                sum += tcp.touchBucket(hash);
            }
        }
        for (int i = 0; i < found; i++) {
            sum += tcp.touchConnection(hashes[i]);
        }
        consumed = sum;
    }

    private boolean isPlainTcp(int frame) {
        if (frames.length(frame) < SHORTEST) {
            return false;
        }
        MemorySegment memory = frames.memory();
        long at = frames.data(frame);
        return Octets.u32(memory, at + ETHERNET - 2) >>> 8 == PLAIN_IPV4
                && Octets.u8(memory, at + ETHERNET + 9) == 6;
    }

    private int hash(int frame) {
        MemorySegment memory = frames.memory();
        long at = frames.data(frame) + ETHERNET + 12;
        long addresses = Octets.u64(memory, at);
        return tcp.flowHash((int) (addresses >>> 32), (int) addresses, Octets.u32(memory, at + 8));
    }

    /** Of no meaning; read by nobody but keeps the loads alive. */
    int consumed() {
        return consumed;
    }
}
