package io.ringway.testkit;

import static io.ringway.testkit.SegmentSpec.ack;
import static io.ringway.testkit.SegmentSpec.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.TcpConnection;
import io.ringway.tcp.TcpInfo;
import io.ringway.tcp.TcpState;

import org.junit.jupiter.api.Test;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;

/** The snapshot of a connection's state, in the terms of {@code TCP_INFO}. */
class TcpInfoTest {
    private static final int MSS = TcpHarness.MSS;
    private static final long MILLI = 1_000_000;

    private static long at(int index) {
        return 1 + (long) index * MSS;
    }

    private static TcpHarness established() {
        return TcpHarness.with()
                .tcp(t -> t.congestionControl("newreno"))
                .windowScale(8)
                .sack()
                .roundTrip(100)
                .established();
    }

    @Test
    void atRestItSaysWhatWasNegotiatedAndMeasured() {
        try (var tcp = established()) {
            tcp.advance(500);
            TcpInfo info = tcp.connection().info();
            assertThat(info.state()).isEqualTo(TcpState.ESTABLISHED);
            assertThat(info.lossState()).isEqualTo(TcpInfo.LossState.OPEN);
            assertThat(info.congestionControl()).isEqualTo("newreno");
            assertThat(info.isAtWork()).isFalse();
            assertThat(info.options().selectiveAck()).isTrue();
            assertThat(info.options().timestamps()).isFalse();
            assertThat(info.options().sendScale()).isEqualTo(8);
            assertThat(info.times().srttNs()).isEqualTo(100 * MILLI);
            assertThat(info.times().rttvarNs()).isEqualTo(50 * MILLI);
            assertThat(info.times().rtoNs()).isEqualTo(300 * MILLI);
            assertThat(info.times().sinceReceivedNs()).isEqualTo(500 * MILLI);
            assertThat(info.windows().sendMss()).isEqualTo(MSS);
            assertThat(info.windows().cwnd()).isEqualTo(10 * MSS);
            assertThat(info.windows().unacknowledged()).isZero();
        }
    }

    @Test
    void atWorkItSaysWhatIsUnderWay() {
        try (var tcp = established()) {
            tcp.write(12 * MSS).skip().advance(100);
            tcp.receive(ack(at(2)).sack(at(3), at(5))).skip();
            TcpInfo info = tcp.connection().info();
            assertThat(info.isAtWork()).isTrue();
            assertThat(info.lossState()).isEqualTo(TcpInfo.LossState.DISORDER);
            assertThat(info.windows().unacknowledged()).isEqualTo(10 * MSS);
            assertThat(info.windows().inFlight()).isEqualTo(8 * MSS);
            assertThat(info.windows().unsent()).isZero();
            assertThat(info.losses().sackedOctets()).isEqualTo(2 * MSS);
            assertThat(info.losses().lostOctets()).isZero();
            assertThat(info.rate().delivered()).isEqualTo(4 * MSS);
            assertThat(info.totals().octetsAcknowledged()).isEqualTo(2 * MSS);
            assertThat(info.totals().octetsSent()).isEqualTo(12 * MSS);
            assertThat(info.totals().dataSegmentsOut()).isEqualTo(12);
            assertThat(info.totals().segmentsIn()).isEqualTo(1);
            assertThat(info.times().minRttNs()).isEqualTo(100 * MILLI);
            assertThat(info.times().busyNs()).isEqualTo(100 * MILLI);
            tcp.receive(ack(at(12)));
            assertThat(tcp.connection().info().isAtWork()).isFalse();
        }
    }

    @Test
    void inRecoveryItSaysWhatIsLostAndWhatWasSentAgain() {
        try (var tcp = established()) {
            tcp.write(10 * MSS).skip().advance(100);
            tcp.receive(ack(1).sack(at(2), at(8)));
            tcp.expect(segment().seq(1).length(MSS)).skip();
            TcpInfo info = tcp.connection().info();
            assertThat(info.lossState()).isEqualTo(TcpInfo.LossState.RECOVERY);
            assertThat(info.losses().retransmissions()).isGreaterThan(0);
            assertThat(info.losses().lostOctets() + info.losses().retransmittedOctets())
                    .isEqualTo(2 * MSS);
            assertThat(info.windows().ssthresh()).isEqualTo(5 * MSS);
            tcp.receive(ack(at(10)).sack(at(0), at(1))).skip();
        }
    }

    /** The delivery rate: what was delivered over the time that it took. */
    @Test
    void itSaysHowFastThePathDelivers() {
        try (var tcp = established()) {
            tcp.tryWrite(44 * MSS);
            tcp.skip().advance(100);
            tcp.receive(ack(at(10))).skip();
            tcp.advance(100);
            tcp.receive(ack(at(20))).skip();
            TcpInfo info = tcp.connection().info();
            assertThat(info.rate().deliveryRate()).isEqualTo(100L * MSS);
            assertThat(info.rate().isAppLimited()).isFalse();
            tcp.receive(ack(at(30))).skip();
        }
    }

    @Test
    void thePeersWindowHoldsItBack() {
        try (var tcp = TcpHarness.with().window(2 * MSS).roundTrip(100).established()) {
            tcp.write(10 * MSS).skip().advance(50);
            TcpInfo info = tcp.connection().info();
            assertThat(info.times().windowLimitedNs()).isEqualTo(50 * MILLI);
            assertThat(info.times().busyNs()).isEqualTo(50 * MILLI);
            assertThat(info.windows().sendWindow()).isEqualTo(2 * MSS);
        }
    }

    @Test
    void anyThreadMayAskForIt() throws InterruptedException {
        try (var tcp = established()) {
            TcpConnection held = tcp.connection();
            CompletableFuture<TcpInfo> asked = askFromElsewhere(held);
            tcp.advance(1);
            assertThat(asked.join().state()).isEqualTo(TcpState.ESTABLISHED);
            tcp.abort().skip();
            CompletableFuture<TcpInfo> late = askFromElsewhere(held);
            tcp.advance(1);
            assertThatThrownBy(late::join)
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(IllegalStateException.class);
        }
    }

    private static CompletableFuture<TcpInfo> askFromElsewhere(TcpConnection held)
            throws InterruptedException {
        var asked = new AtomicReference<CompletableFuture<TcpInfo>>();
        Thread.ofPlatform().start(() -> asked.set(held.requestInfo())).join();
        return asked.get();
    }
}
