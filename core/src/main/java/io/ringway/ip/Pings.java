package io.ringway.ip;

import io.ringway.layer.IcmpError;
import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.wire.Icmpv4Header;

import org.jspecify.annotations.Nullable;

/** Who waits for the answers to our echo requests. */
final class Pings {
    private final FramePool frames;
    private final Counters counters;
    private @Nullable EchoListener listener;

    Pings(FramePool frames, Counters counters) {
        this.frames = frames;
        this.counters = counters;
    }

    void listener(@Nullable EchoListener newListener) {
        this.listener = newListener;
    }

    /** Takes an echo reply whose checksum is right. Does not take the frame's hold. */
    void onReply(int frame, PacketInfo info, int identifier, int sequence, long nowNs) {
        EchoListener waiting = listener;
        if (waiting == null) {
            counters.increment(Counter.ICMP_ECHO_UNWANTED);
            return;
        }
        counters.increment(Counter.ICMP_ECHO_REPLIES);
        waiting.onEchoReply(
                info,
                identifier,
                sequence,
                frames.memory(),
                frames.data(frame) + Icmpv4Header.LENGTH,
                frames.length(frame) - Icmpv4Header.LENGTH,
                nowNs);
    }

    /** Takes an error about an echo request of ours; false when nobody waits. */
    boolean onError(IcmpError error, int identifier, int sequence, long nowNs) {
        EchoListener waiting = listener;
        if (waiting == null) {
            return false;
        }
        waiting.onEchoError(error, identifier, sequence, nowNs);
        return true;
    }
}
