package io.ringway.nio;

import org.jspecify.annotations.Nullable;

import java.nio.channels.SelectableChannel;

/**
 * What a {@link RingwaySelector} asks of each of our channels.
 *
 * <p>The channel tells, the selector looks: a channel calls {@link Watchers#fire} whenever one of
 * its operations may have become ready, once too often rather than once too seldom, and the
 * selector then asks {@link #readyOps}. It asks again with every selection for as long as the
 * answer is that something is ready.
 */
interface SelectableDoor {
    /**
     * Which of these operations would not block now, because they would do something or fail. Any
     * thread; never waits.
     */
    int readyOps(int interest);

    /** The keys of this channel, which are to hear of its news. */
    Watchers watchers();

    /**
     * None of these operations was ready: from now on, until it happens once, the channel sees to
     * it that the watchers are told when one may be. The selector looks again after this call, so
     * what came before it need not be told. A channel whose watchers always hear has nothing to do.
     */
    void arm(int interest);

    /** The platform's channel inside when this one went to the kernel; null when it did not. */
    @Nullable SelectableChannel kernel();
}
