package io.ringway;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** The peer's FIN or RST comes while somebody asks for an octet. */
@JCStressTest
@Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "it saw for itself")
@Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "it parks, and is woken")
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "both: a permit that is left")
@Outcome(id = "false, false", expect = Expect.FORBIDDEN, desc = "it parks for ever")
@State
public class WaitForEndStress {
    private final WaitScene scene = new WaitScene();

    @Actor
    public void waiter(ZZ_Result result) {
        result.r1 = scene.ask();
    }

    @Actor
    public void lane() {
        scene.runMessages();
        scene.end();
    }

    /** The lane's next cycle. */
    @Arbiter
    public void nextCycle(ZZ_Result result) {
        scene.runMessages();
        result.r2 = scene.isWoken();
    }
}
