package io.ringway.memory;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** A ring of two places that three objects go through, as far as there is room. */
@JCStressTest
@Outcome(
        id = {"ab", "abc"},
        expect = Expect.ACCEPTABLE,
        desc = "what was taken comes once, in order")
@Outcome(expect = Expect.FORBIDDEN, desc = "an object is lost, doubled or out of order")
@State
public class SpscRingStress {
    private final SpscRing<String> ring = new SpscRing<>(2);
    private final StringBuilder seen = new StringBuilder();

    @Actor
    public void producer() {
        boolean _ = ring.offer("a");
        boolean _ = ring.offer("b");
        boolean _ = ring.offer("c");
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
        take();
        result.r1 = seen.toString();
    }

    private void take() {
        String element = ring.poll();
        if (element != null) {
            seen.append(element);
        }
    }
}
