package io.ringway.memory;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A linked ring whose chunk the reader gives back while the writer wants to go on in it; all rings
 * share one pool, so a chunk lent twice shows as octets of another ring.
 */
@JCStressTest
@Outcome(id = "123", expect = Expect.ACCEPTABLE, desc = "every octet once, in order")
@Outcome(expect = Expect.FORBIDDEN, desc = "an octet is lost, doubled or another one")
@State
public class ByteRingStress {
    private static final MemorySegment OCTETS = MemorySegment.ofArray(new byte[] {1, 2, 3});

    // One for all, as on a lane.
    private static final ChunkPool POOL = new ChunkPool(64);

    private final ByteRing ring = new ByteRing(POOL, 4);
    private final MemorySegment into = MemorySegment.ofArray(new byte[4]);
    private final StringBuilder seen = new StringBuilder();

    /** Two pieces, so that the reader may find the ring empty in between. */
    @Actor
    public void writer() {
        int _ = ring.write(OCTETS, 0, 1);
        int _ = ring.write(OCTETS, 1, 2);
    }

    /** Takes what is there, twice. */
    @Actor
    public void reader() {
        take();
        take();
    }

    /** Takes the rest. */
    @Arbiter
    public void rest(L_Result result) {
        take();
        take();
        result.r1 = seen.toString();
    }

    private void take() {
        int count = ring.read(into, 0, 4);
        for (int i = 0; i < count; i++) {
            seen.append(into.get(ValueLayout.JAVA_BYTE, i));
        }
    }
}
