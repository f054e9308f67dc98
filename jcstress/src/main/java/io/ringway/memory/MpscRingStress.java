package io.ringway.memory;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** Two that send messages, and the lane: none is lost, and those of one sender keep their order. */
@JCStressTest
@Outcome(
        id = {"abx", "axb", "xab"},
        expect = Expect.ACCEPTABLE,
        desc = "each message once, those of one sender in order")
@Outcome(expect = Expect.FORBIDDEN, desc = "a message is lost, doubled or out of order")
@State
public class MpscRingStress {
    private final MpscRing<String> ring = new MpscRing<>(4);
    private final StringBuilder seen = new StringBuilder();

    @Actor
    public void first() {
        boolean _ = ring.offer("a");
        boolean _ = ring.offer("b");
    }

    @Actor
    public void second() {
        boolean _ = ring.offer("x");
    }

    @Actor
    public void lane() {
        take();
        take();
    }

    /** Takes the rest. */
    @Arbiter
    public void rest(L_Result result) {
        take();
        take();
        take();
        result.r1 = seen.toString();
    }

    private void take() {
        String message = ring.poll();
        if (message != null) {
            seen.append(message);
        }
    }
}
