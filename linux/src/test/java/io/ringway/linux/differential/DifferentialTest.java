package io.ringway.linux.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.linux.differential.Exchange.Plan;
import io.ringway.testkit.Privileged;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;

/**
 * The same exchange once between two kernels and once between Ringway and a kernel, over the same
 * bad path: the octets, the ends and what is left in the far kernel have to agree. More seeds:
 *
 * <pre>
 * ./mvnw -pl linux -am test -Dtest=DifferentialTest -Dsurefire.failIfNoSpecifiedTests=false
 *     -Dringway.differential.seeds=500 -Dringway.differential.first=1000
 * </pre>
 */
@Privileged
final class DifferentialTest {
    private static final int TIME_WAIT = 6;

    static LongStream seeds() {
        long first = Long.getLong("ringway.differential.first", 1);
        return LongStream.range(first, first + Long.getLong("ringway.differential.seeds", 6));
    }

    /**
     * What is compared of one connection.
     *
     * @param isFarWaiting whether the far kernel keeps it in TIME-WAIT, where that is certain
     */
    private record Outcome(
            Plan plan, Speaker.Heard near, Speaker.Heard far, boolean isFarWaiting) {}

    @ParameterizedTest
    @MethodSource("seeds")
    void ringwayDoesWhatTheKernelDoes(long seed) throws Exception {
        Exchange exchange = Exchange.of(seed);
        List<Outcome> kernels;
        try (var lab = new Lab(exchange.path())) {
            kernels = run(exchange, lab, lab.nearKernel());
        }
        try (var lab = new Lab(exchange.path())) {
            List<Outcome> ours = run(exchange, lab, lab.ringway());
            assertThat(ours).as("seed %d over %s", seed, exchange.path()).isEqualTo(kernels);
        }
    }

    private static List<Outcome> run(Exchange exchange, Lab lab, Host near) throws Exception {
        Host far = lab.farKernel();
        List<Future<Speaker.Heard>> nears = new ArrayList<>();
        List<Future<Speaker.Heard>> fars = new ArrayList<>();
        List<Outcome> outcomes = new ArrayList<>();
        try (ExecutorService threads =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            for (Plan plan : exchange.plans()) {
                Speaker nearSpeaker = new Speaker(plan, true);
                Speaker farSpeaker = new Speaker(plan, false);
                Host opening = plan.isNearOpening() ? near : far;
                Host listening = plan.isNearOpening() ? far : near;
                Speaker opener = plan.isNearOpening() ? nearSpeaker : farSpeaker;
                Speaker listener = plan.isNearOpening() ? farSpeaker : nearSpeaker;
                boolean isRefused = plan.ending() == Exchange.Ending.REFUSED;
                // Closed after all is said, so that nobody takes another one's port meanwhile.
                Host.Listener socket = isRefused ? null : listening.listen(plan.port());
                Future<Speaker.Heard> heard =
                        threads.submit(() -> {
                            try (Host.Listener closing = socket) {
                                return closing == null
                                        ? listener.refused()
                                        : listener.play(closing.accept());
                            }
                        });
                Future<Speaker.Heard> told =
                        threads.submit(() -> {
                            try {
                                return opener.play(
                                        opening.connect(listening.address(), plan.port()));
                            } catch (Conversation.RefusedException refused) {
                                return opener.refused();
                            }
                        });
                nears.add(plan.isNearOpening() ? told : heard);
                fars.add(plan.isNearOpening() ? heard : told);
            }
            for (int i = 0; i < nears.size(); i++) {
                Plan plan = exchange.plans().get(i);
                outcomes.add(
                        new Outcome(
                                plan, heard(nears.get(i), plan), heard(fars.get(i), plan), false));
            }
        }
        lab.awaitFarRest();
        return outcomes.stream().map(outcome -> withFarState(outcome, lab)).toList();
    }

    private static Speaker.Heard heard(Future<Speaker.Heard> side, Plan plan) throws Exception {
        try {
            return side.get();
        } catch (ExecutionException failed) {
            throw new AssertionError(plan + ": " + failed.getCause(), failed);
        }
    }

    /** Who ends first waits; where both end at the same time, either or both may. */
    private static Outcome withFarState(Outcome outcome, Lab lab) {
        boolean isCertain =
                switch (outcome.plan().ending()) {
                    case HALF_CLOSE, BY_TURNS, RESET, CLOSE_UNREAD, REFUSED -> true;
                    case BOTH_CLOSE, TALK_ON -> false;
                };
        return new Outcome(
                outcome.plan(),
                outcome.near(),
                outcome.far(),
                isCertain && lab.farStates(outcome.plan().port()).contains(TIME_WAIT));
    }
}
