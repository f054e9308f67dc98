package io.ringway.memory;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

import java.lang.foreign.MemorySegment;

/** A writer that found no room, and a reader that makes some: one of them sees the other. */
@JCStressTest
@Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "the writer saw the room")
@Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "the reader saw that it waits")
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "both: it is told in vain")
@Outcome(id = "false, false", expect = Expect.FORBIDDEN, desc = "it would wait for ever")
@State
public class RoomStress {
    private static final ChunkPool POOL = new ChunkPool(64);
    private static final MemorySegment OCTETS = MemorySegment.ofArray(new byte[4]);

    private final ByteRing ring = new ByteRing(POOL, 4);
    private final MemorySegment into = MemorySegment.ofArray(new byte[4]);

    /** The ring is full. */
    public RoomStress() {
        int _ = ring.write(OCTETS, 0, 4);
    }

    @Actor
    public void writer(ZZ_Result result) {
        result.r1 = ring.awaitRoom(2);
    }

    @Actor
    public void reader(ZZ_Result result) {
        int _ = ring.read(into, 0, 4);
        result.r2 = ring.isRoomDue();
    }
}
