package io.ringway.ip;

import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;

/** Brings packets from ourselves in again. */
final class LoopbackInput {
    private final FramePool frames;
    private final LoopbackQueue queue;
    private final Ipv4Input ipv4;
    private final Ipv6Input ipv6;

    LoopbackInput(FramePool frames, LoopbackQueue queue, Ipv4Input ipv4, Ipv6Input ipv6) {
        this.frames = frames;
        this.queue = queue;
        this.ipv4 = ipv4;
        this.ipv6 = ipv6;
    }

    /**
     * Delivers what waits now, not what that makes us send to ourselves; returns how many packets.
     */
    int deliver(long nowNs) {
        int count = queue.count();
        for (int i = 0; i < count; i++) {
            int frame = queue.remove();
            if (Octets.u8(frames.memory(), frames.data(frame)) >>> 4 == 4) {
                ipv4.onLooped(frame, nowNs);
            } else {
                ipv6.onLooped(frame, nowNs);
            }
        }
        return count;
    }
}
