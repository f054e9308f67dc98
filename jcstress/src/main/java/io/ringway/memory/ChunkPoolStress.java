package io.ringway.memory;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Who borrows a chunk has it alone: what is written into it stays there until it is given back. */
@JCStressTest
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "each had its own")
@Outcome(expect = Expect.FORBIDDEN, desc = "two had the same one")
@State
public class ChunkPoolStress {
    private static final ChunkPool POOL = new ChunkPool(2);
    private static final Chunk FIRST = new Chunk();
    private static final Chunk SECOND = new Chunk();

    @Actor
    public void first(ZZ_Result result) {
        result.r1 = hasAlone(FIRST);
    }

    @Actor
    public void second(ZZ_Result result) {
        result.r2 = hasAlone(SECOND);
    }

    private static boolean hasAlone(Chunk mark) {
        Chunk chunk = POOL.borrow();
        boolean isFresh = chunk.next == null;
        chunk.next = mark;
        Chunk other = POOL.borrow();
        boolean isOurs = chunk.next == mark && other != chunk;
        POOL.release(chunk);
        POOL.release(other);
        return isFresh && isOurs;
    }
}
