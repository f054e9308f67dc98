package io.ringway.netty;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoRegistration;

/** What can be registered with a {@link RingwayIoHandler}: the channels of this package. */
public sealed interface RingwayIoHandle extends IoHandle permits RingwayIoHandle.OfChannel {
    /** Not used: a channel hears from its connection, and not by way of its registration. */
    @Override
    default void handle(IoRegistration registration, IoEvent event) {}

    /** Closes the channel, in a while. */
    @Override
    void close();

    /** A channel's. */
    final class OfChannel implements RingwayIoHandle {
        private final RingwayChannel channel;

        OfChannel(RingwayChannel channel) {
            this.channel = channel;
        }

        RingwayChannel channel() {
            return channel;
        }

        @Override
        public void close() {
            var _ = channel.close();
        }
    }
}
