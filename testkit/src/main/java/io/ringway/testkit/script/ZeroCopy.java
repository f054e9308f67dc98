package io.ringway.testkit.script;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Linux's notices that what was sent with {@code MSG_ZEROCOPY} is acknowledged, each with the
 * numbers of the calls that it is about. Here, as on Linux's virtual devices, the octets were
 * copied, and the notices say so.
 */
final class ZeroCopy {
    private record Sent(long id, long endOctet) {}

    /** The calls from {@code first} to {@code last} are done. */
    record Notice(long first, long last) {}

    private final Deque<Sent> pending = new ArrayDeque<>();
    private @Nullable Notice ready;
    private long nextId;

    /** A call with octets up to {@code endOctet} of the stream. */
    void onSend(long endOctet) {
        pending.add(new Sent(nextId++, endOctet));
    }

    /**
     * The peer has acknowledged all octets before {@code octet}.
     *
     * @return whether there is a notice that was not there before
     */
    boolean onAcknowledged(long octet) {
        boolean isNew = false;
        while (!pending.isEmpty() && pending.element().endOctet <= octet) {
            long id = pending.remove().id;
            Notice before = ready;
            ready = new Notice(before == null ? id : before.first, id);
            isNew = true;
        }
        return isNew;
    }

    boolean isReady() {
        return ready != null;
    }

    /** The notice to be read, which is then gone, or null. */
    @Nullable Notice take() {
        Notice taken = ready;
        ready = null;
        return taken;
    }
}
