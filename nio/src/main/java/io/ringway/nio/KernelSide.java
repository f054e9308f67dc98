package io.ringway.nio;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;

/**
 * The part of a selector that is the platform's: a selector of its own for the channels that went
 * to the kernel. There is none before the first of them. The selecting thread only, but for {@link
 * #wakeUp}.
 */
final class KernelSide {
    private volatile @Nullable Selector selector;
    private int keyCount;

    /** Whether there is anything to wait for in the kernel. */
    boolean isUsed() {
        return keyCount > 0;
    }

    /** Registers the channel of {@code key} with its interest, or changes the interest. */
    void watch(RingwaySelectionKey key, SelectableChannel channel) throws IOException {
        SelectionKey known = key.kernelKey();
        try {
            if (known != null) {
                known.interestOps(key.wanted());
                return;
            }
            Selector mine = selector;
            if (mine == null) {
                mine = Platform.provider().openSelector();
                selector = mine;
            }
            key.kernelKey(channel.register(mine, key.wanted(), key));
            keyCount++;
        } catch (ClosedChannelException
                | CancelledKeyException
                | IllegalBlockingModeException over) {
            // The channel was closed, or made to block, after its key was cancelled: the key goes.
        }
    }

    /** The key is gone. */
    void forget(RingwaySelectionKey key) throws IOException {
        SelectionKey known = key.kernelKey();
        Selector mine = selector;
        if (known != null && mine != null) {
            key.kernelKey(null);
            keyCount--;
            known.cancel();
            // Only this takes the channel out, so that it may block again or be let go.
            int _ = mine.selectNow();
        }
    }

    /**
     * Adds the keys that are ready to {@code into}.
     *
     * @param timeoutMs how long to wait for one; 0 is for ever, negative not at all
     */
    void select(long timeoutMs, List<RingwaySelectionKey> into) throws IOException {
        Selector mine = selector;
        if (mine == null || keyCount == 0) {
            return;
        }
        int _ = timeoutMs < 0 ? mine.selectNow() : mine.select(timeoutMs);
        for (SelectionKey ready : mine.selectedKeys()) {
            if (ready.isValid() && ready.attachment() instanceof RingwaySelectionKey key) {
                key.found(ready.readyOps());
                into.add(key);
            }
        }
        mine.selectedKeys().clear();
    }

    /** Ends {@link #select}. Any thread. */
    void wakeUp() {
        Selector mine = selector;
        if (mine != null) {
            Selector _ = mine.wakeup();
        }
    }

    void close() throws IOException {
        Selector mine = selector;
        if (mine != null) {
            mine.close();
        }
    }
}
