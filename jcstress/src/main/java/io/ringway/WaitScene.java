package io.ringway;

import io.ringway.memory.ByteRing;
import io.ringway.memory.ChunkPool;
import io.ringway.memory.MpscRing;

import java.lang.foreign.MemorySegment;

/**
 * A thread that waits for the first octet, and its lane; instead of parking it notes the answer.
 */
class WaitScene {
    private static final ChunkPool POOL = new ChunkPool(64);
    private static final MemorySegment OCTET = MemorySegment.ofArray(new byte[1]);

    private final ByteRing ring = new ByteRing(POOL, 4);
    private final MpscRing<Note> mailbox = new MpscRing<>(4);
    private final Note note = new Note();
    private volatile boolean isOver;
    private volatile boolean isWoken;

    private final class Note extends WaitNote {
        @Override
        void send() {
            boolean _ = mailbox.offer(this);
        }

        @Override
        boolean holds(long position) {
            return ring.writtenPosition() >= position || isOver;
        }

        @Override
        boolean isReady() {
            return holds(1);
        }

        @Override
        void wake() {
            isWoken = true;
        }
    }

    /** The thread: asks, and looks once more before it would park. Whether it would not park. */
    boolean ask() {
        note.ask(1);
        return note.holds(1);
    }

    /** A note that is on its way already, for something else. */
    void post() {
        note.post();
    }

    /** The lane: runs the messages that are there. */
    void runMessages() {
        for (Note next = mailbox.poll(); next != null; next = mailbox.poll()) {
            next.arrive();
            next.answer();
        }
    }

    /** The lane: an octet came. */
    void octet() {
        int _ = ring.write(OCTET, 0, 1);
        note.answer();
    }

    /** The lane: a FIN or a RST came. */
    void end() {
        isOver = true;
        note.answer();
    }

    boolean isWoken() {
        return isWoken;
    }
}
