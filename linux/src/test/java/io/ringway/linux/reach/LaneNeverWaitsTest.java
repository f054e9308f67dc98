package io.ringway.linux.reach;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Map.entry;

import io.ringway.Lane;
import io.ringway.linux.TapPort;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Map;
import java.util.Objects;

/**
 * Reads the bytecode: no monitor, no lock, no compare-and-swap and nothing else that waits is
 * reachable from {@link Lane#doWork}, over all implementations of every interface, those of the
 * ports of Linux among them, but for what is named here.
 */
class LaneNeverWaitsTest {
    private static final String RING = "a ring, where threads meet";
    private static final String REPLY = "the reply to a message of somebody outside";
    private static final String WAKE =
            "wakes a thread that sleeps or waits, and never waits itself";
    private static final String USER = "runs what the user has given";
    private static final String RECORDER = "a recorder or a bad wire: for looking, not for speed";

    private static final Map<String, String> EXEMPT =
            Map.ofEntries(
                    entry("io.ringway.memory.MpscRing", RING),
                    entry("io.ringway.memory.ByteRing", RING),
                    entry("java.util.concurrent.CompletableFuture.complete", REPLY),
                    entry("java.util.concurrent.CompletableFuture.completeExceptionally", REPLY),
                    entry("io.ringway.Doorbell.ring", WAKE),
                    // Set to Doorbell.ring.
                    entry("io.ringway.steering.LaneRings.wake" + Reach.GIVEN, WAKE),
                    entry("io.ringway.WaitNote", WAKE),
                    entry("io.ringway.AcceptQueue.answer", WAKE),
                    entry("io.ringway.TcpServerSocket.wake", WAKE),
                    entry("io.ringway.UdpArrivals.run", WAKE),
                    entry("io.ringway.UdpArrivals.answer", WAKE),
                    entry("io.ringway.UdpChannel.wakeReader", WAKE),
                    entry("io.ringway.UdpDepartures.run", WAKE),
                    entry("io.ringway.UdpDepartures.answer", WAKE),
                    entry("io.ringway.UdpDepartures.wake", WAKE),
                    entry("io.ringway.UdpLanes.close", "a user's handler failed"),
                    entry("io.ringway.Message$Task.run" + Reach.GIVEN, USER),
                    entry("io.ringway.SocketVerb$Control.act" + Reach.GIVEN, USER),
                    entry("io.ringway.LaneSocket.connect" + Reach.GIVEN, USER),
                    entry("io.ringway.LaneSocket.runClosedHook" + Reach.GIVEN, USER),
                    // A Runnable by another name: the lane's thread, which calls doWork itself.
                    entry("io.ringway.LaneRunner.run", "is not called by its lane"),
                    entry("io.ringway.FailureLog.report", "a user's handler failed"),
                    entry("io.ringway.port.TraceTap", RECORDER),
                    entry("io.ringway.port.PcapngWriter", RECORDER),
                    entry("io.ringway.port.ImpairmentCounts", RECORDER));

    private static boolean isOurs(String name) {
        return name.matches(
                        "io/ringway/([A-Z].*|linux/[A-Z].*"
                                + "|(ip|layer|memory|port|steering|tcp|udp|wire)/.*)")
                && !name.contains("Test");
    }

    @Test
    void nothingThatWaitsIsReachableFromTheDutyCycle() {
        Program program = new Program();
        program.addAllBeside(Lane.class, LaneNeverWaitsTest::isOurs);
        program.addAllBeside(TapPort.class, LaneNeverWaitsTest::isOurs);
        Reach reach = new Reach(program, EXEMPT);
        var found = reach.from(method(program, "io/ringway/Lane", "doWork(J)I"));
        assertThat(String.join("\n", found)).isEmpty();
        // It has been everywhere, and nothing is named that is not needed.
        assertThat(reach.methodCount()).isGreaterThan(2000);
        assertThat(reach.usedExemptions()).containsExactlyInAnyOrderElementsOf(EXEMPT.keySet());
    }

    @ParameterizedTest
    @CsvSource({
        "byInterface()I, Fixture$Waiting.run takes a monitor",
        "byInterface()I, AtomicInteger.incrementAndGet",
        "bySubclass(Lio/ringway/linux/reach/Fixture$Parent;)I, Fixture$Child.run takes a monitor",
        "byHandle()Z, VarHandle.compareAndSet",
        "byLambda()V, AtomicInteger.set",
        "byLock()V, ReentrantLock.lock",
        "deeper()I, Fixture.deeper > io.ringway.linux.reach.Fixture.byLock calls"
    })
    void itFindsWhatWaits(String from, String expected) {
        assertThat(fixture(from)).contains(expected);
    }

    @Test
    void itFindsNothingWhereNothingIs() {
        assertThat(fixture("harmless()I")).isEmpty();
    }

    private static String fixture(String from) {
        Program program = new Program();
        program.addAllBeside(
                Fixture.class, name -> name.startsWith("io/ringway/linux/reach/Fixture"));
        Reach reach = new Reach(program, Map.of());
        return String.join(
                "\n", reach.from(method(program, "io/ringway/linux/reach/Fixture", from)));
    }

    private static Method method(Program program, String owner, String key) {
        return Objects.requireNonNull(program.method(owner, key), owner + "." + key);
    }
}
