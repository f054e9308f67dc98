package io.ringway.memory;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** A ring of numbers that come in bursts. */
@JCStressTest
@Outcome(
        id = {"12", "123"},
        expect = Expect.ACCEPTABLE,
        desc = "what was taken comes once, in order")
@Outcome(expect = Expect.FORBIDDEN, desc = "a number is lost, doubled or out of order")
@State
public class SpscLongRingStress {
    private final SpscLongRing ring = new SpscLongRing(2);
    private final StringBuilder seen = new StringBuilder();

    @Actor
    public void producer() {
        boolean _ = ring.offer(1);
        boolean _ = ring.offer(2);
        ring.publish();
        boolean _ = ring.offer(3);
        ring.publish();
    }

    @Actor
    public void consumer() {
        take();
        take();
    }

    /** Takes the rest. */
    @Arbiter
    public void rest(L_Result result) {
        take();
        result.r1 = seen.toString();
    }

    private void take() {
        while (ring.hasNext()) {
            seen.append(ring.remove());
        }
        ring.release();
    }
}
