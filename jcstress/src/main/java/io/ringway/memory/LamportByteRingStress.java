package io.ringway.memory;

import io.ringway.bench.rings.LamportByteRing;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Two published positions. */
@JCStressTest
@Outcome(id = "123", expect = Expect.ACCEPTABLE, desc = "every octet once, in order")
@Outcome(expect = Expect.FORBIDDEN, desc = "an octet is lost, doubled or another one")
@State
public class LamportByteRingStress {
    private static final MemorySegment OCTETS = MemorySegment.ofArray(new byte[] {1, 2, 3});

    private final LamportByteRing ring = new LamportByteRing(4);
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
