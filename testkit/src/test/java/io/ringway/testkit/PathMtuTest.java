package io.ringway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.TcpConnection;
import io.ringway.memory.Counter;
import io.ringway.port.ImpairmentConfig;
import io.ringway.port.ImpairmentPort;
import io.ringway.port.LinkConfig;
import io.ringway.port.Port;
import io.ringway.tcp.MtuProbing;
import io.ringway.tcp.PathConfig;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Paths that swallow large packets without a word (RFC 4821, RFC 8899): what is sent arrives all
 * the same, in segments nearly as large as the path takes, and nothing of the search is taken for
 * congestion.
 */
class PathMtuTest {
    private static final int OPTIONS = 12;
    private static final int IPV4 = 40 + OPTIONS;
    private static final int IPV6 = 60 + OPTIONS;
    private static final int STEP = 8;
    private static final int MEGABYTE = 1 << 20;

    private static final int WINDOW = 64 * 1024;

    /** A megabyte takes sixteen windows, none of which waits long. */
    private static final String SLOW = "delay=2ms,rate=50mbit";

    private NarrowPort narrow;
    private Pair pair;

    private Pair build(
            int mtu, LinkConfig link, String path, UnaryOperator<PathConfig> config, long seed) {
        pair =
                Pair.with()
                        .link(link)
                        .seed(seed)
                        .config(stack ->
                                stack.smallFrames(4096)
                                        .largeFrames(256)
                                        .tcp(tcp -> tcp.path(config).receiveBufferBytes(WINDOW)))
                        .tap(port -> impaired(port, mtu, path))
                        .build();
        return pair;
    }

    private Port impaired(Port port, int mtu, String path) {
        narrow = new NarrowPort(port, mtu);
        return new ImpairmentPort(narrow, ImpairmentConfig.parse(path));
    }

    private Pair plain(int mtu) {
        return build(mtu, LinkConfig.PLAIN, SLOW, p -> p, 1);
    }

    @AfterEach
    void clean() {
        pair.assertClean();
        pair.close();
    }

    private long count(Counter counter) {
        return pair.a().lane(0).counters().get(counter);
    }

    /** A flow from a to b. */
    private Bulk flow(Endpoint to, long octets) {
        Bulk bulk = new Bulk(octets, "");
        pair.b().listen(to.port(), bulk.taking);
        pair.a().lane(0).connect(to, bulk.sending);
        return bulk;
    }

    private static Endpoint endpointB6() {
        return new Endpoint(IpAddress.parse("2001:2::2"), 7);
    }

    private Bulk flow(long octets) {
        return flow(pair.endpointB(7), octets);
    }

    private int mss(Bulk bulk) {
        TcpConnection connection = Objects.requireNonNull(bulk.sending.connection);
        return connection.info().windows().sendMss();
    }

    private void finish(Bulk bulk) {
        assertThat(pair.runUntil(bulk::isDone, Duration.ofMinutes(2))).isTrue();
    }

    /** Runs a flow until so much has arrived, and looks at its MSS. */
    private int mssAfter(Bulk bulk, long octets) {
        assertThat(pair.runUntil(() -> bulk.arrived() >= octets, Duration.ofMinutes(2))).isTrue();
        return mss(bulk);
    }

    // RFC 4821 §7.7, §7.3: below what vanishes at first, and then up by probes.
    @ParameterizedTest
    @ValueSource(ints = {1492, 1400, 1280, 1100, 700, 300, 160})
    void aBlackHoleIsFoundAndTheWidthOfThePathSearched(int mtu) {
        plain(mtu);
        Bulk bulk = flow(4 * MEGABYTE);
        int mss = mssAfter(bulk, 3 * MEGABYTE);
        assertThat(mss).isBetween(mtu - IPV4 - STEP, mtu - IPV4);
        finish(bulk);
        assertThat(count(Counter.TCP_MTU_BLACK_HOLES)).isPositive();
        assertThat(count(Counter.TCP_MTU_PROBES_LOST)).isPositive();
    }

    // RFC 4821 §7.6.1: a probe that is lost alone is no sign of congestion.
    @Test
    void lostProbesAreNoCongestion() {
        plain(1400);
        Bulk bulk = flow(2 * MEGABYTE);
        mssAfter(bulk, MEGABYTE);
        assertThat(count(Counter.TCP_MTU_PROBES_LOST)).isGreaterThan(5);
        assertThat(count(Counter.TCP_FAST_RECOVERIES)).isZero();
        assertThat(count(Counter.TCP_TIMEOUTS)).isEqualTo(3);
        finish(bulk);
    }

    @Test
    void ipv6() {
        plain(1400);
        Bulk bulk = flow(endpointB6(), 2 * MEGABYTE);
        int mss = mssAfter(bulk, MEGABYTE);
        assertThat(mss).isBetween(1400 - IPV6 - STEP, 1400 - IPV6);
        finish(bulk);
    }

    // RFC 8200 §5: every path takes 1,280 octets, so less is never tried.
    @Test
    void ipv6IsNeverMadeSmallerThanEveryPathTakes() {
        plain(1200);
        Bulk bulk = flow(endpointB6(), MEGABYTE);
        pair.run(Duration.ofMinutes(1));
        assertThat(mss(bulk)).isEqualTo(1280 - IPV6);
        narrow.widen(1500);
        finish(bulk);
    }

    @Test
    void superFrames() {
        build(1400, LinkConfig.OFFLOADED, "delay=1ms,rate=200mbit", p -> p, 1);
        Bulk bulk = flow(4 * MEGABYTE);
        int mss = mssAfter(bulk, 2 * MEGABYTE);
        assertThat(mss).isBetween(1400 - IPV4 - STEP, 1400 - IPV4);
        finish(bulk);
        assertThat(count(Counter.TCP_FAST_RECOVERIES)).isZero();
    }

    @Test
    void jumboFramesOnAPathOfOrdinaryOnes() {
        LinkConfig link = LinkConfig.builder().mtu(9000).build();
        build(1500, link, SLOW, p -> p, 1);
        Bulk bulk = flow(4 * MEGABYTE);
        int mss = mssAfter(bulk, 2 * MEGABYTE);
        assertThat(mss).isBetween(1500 - IPV4 - STEP, 1500 - IPV4);
        finish(bulk);
    }

    // RFC 4821 §5.2: who comes later need not find out again.
    @Test
    void theNextConnectionKnows() {
        plain(1400);
        finish(flow(2 * MEGABYTE));
        long blackHoles = count(Counter.TCP_MTU_BLACK_HOLES);
        long swallowed = narrow.swallowed();
        Bulk bulk = flow(pair.endpointB(8), MEGABYTE);
        finish(bulk);
        assertThat(count(Counter.TCP_MTU_BLACK_HOLES)).isEqualTo(blackHoles);
        assertThat(narrow.swallowed()).isEqualTo(swallowed);
    }

    @Test
    void aPathThatBecomesNarrowInTheMiddle() {
        plain(1500);
        Bulk bulk = flow(8 * MEGABYTE);
        assertThat(mssAfter(bulk, MEGABYTE)).isEqualTo(1500 - IPV4);
        assertThat(count(Counter.TCP_MTU_PROBES)).isZero();
        narrow.widen(1200);
        int mss = mssAfter(bulk, 6 * MEGABYTE);
        assertThat(mss).isBetween(1200 - IPV4 - STEP, 1200 - IPV4);
        finish(bulk);
    }

    // RFC 8899 §5.1.1 (PMTU_RAISE_TIMER), RFC 1191 §6.3: ten minutes, and not before.
    @Test
    void aPathThatBecomesWideAgainIsUsedAfterTenMinutes() {
        plain(1200);
        Bulk bulk = flow(8 * MEGABYTE);
        assertThat(mssAfter(bulk, MEGABYTE)).isLessThanOrEqualTo(1200 - IPV4);
        narrow.widen(1500);
        assertThat(mssAfter(bulk, 2 * MEGABYTE)).isLessThanOrEqualTo(1200 - IPV4);
        finish(bulk);
        pair.run(Duration.ofMinutes(11));
        Bulk next = flow(pair.endpointB(8), 2 * MEGABYTE);
        assertThat(mssAfter(next, MEGABYTE)).isEqualTo(1500 - IPV4);
        finish(next);
    }

    @Test
    void aConnectionThatLivesOnRaisesItsSegmentsByAProbe() {
        plain(1200);
        Bulk bulk = flow(4 * MEGABYTE);
        bulk.sending.left = 2 * MEGABYTE;
        bulk.sending.keepsOpen = true;
        assertThat(mssAfter(bulk, 2 * MEGABYTE)).isLessThanOrEqualTo(1200 - IPV4);
        narrow.widen(1500);
        pair.run(Duration.ofMinutes(11));
        bulk.sending.left = MEGABYTE;
        bulk.sending.onWritable(Objects.requireNonNull(bulk.sending.connection));
        assertThat(mssAfter(bulk, 3 * MEGABYTE)).isEqualTo(1500 - IPV4);
        assertThat(count(Counter.TCP_FAST_RECOVERIES)).isZero();
        Objects.requireNonNull(bulk.sending.connection).close();
        pair.run(Duration.ofSeconds(1));
    }

    // RFC 4821 §7.6.2: what is lost together with others says nothing of its size.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aPathThatLosesAsWell(long seed) {
        build(1400, LinkConfig.PLAIN, "delay=5ms,rate=20mbit,loss=2%,reorder=1%", p -> p, seed);
        Bulk bulk = flow(4 * MEGABYTE);
        int mss = mssAfter(bulk, 3 * MEGABYTE);
        assertThat(mss).isBetween(1012, 1400 - IPV4);
        finish(bulk);
    }

    @Test
    void withoutProbesABlackHoleSwallowsTheConnection() {
        build(1400, LinkConfig.PLAIN, SLOW, p -> p.withProbing(MtuProbing.OFF), 1);
        Bulk bulk = flow(MEGABYTE);
        pair.run(Duration.ofMinutes(1));
        assertThat(bulk.arrived()).isZero();
        narrow.widen(1500);
        finish(bulk);
        assertThat(count(Counter.TCP_MTU_PROBES)).isZero();
    }

    // RFC 4821 §7.2: from 1,024 octets up, before anything vanishes.
    @ParameterizedTest
    @ValueSource(ints = {1500, 1350})
    void probesFromTheStart(int mtu) {
        build(mtu, LinkConfig.PLAIN, SLOW, p -> p.withProbing(MtuProbing.ALWAYS), 1);
        Bulk bulk = flow(4 * MEGABYTE);
        int mss = mssAfter(bulk, 3 * MEGABYTE);
        assertThat(mss).isBetween(mtu - IPV4 - (mtu == 1500 ? 0 : STEP), mtu - IPV4);
        finish(bulk);
        assertThat(count(Counter.TCP_TIMEOUTS)).isZero();
        assertThat(count(Counter.TCP_FAST_RECOVERIES)).isZero();
        assertThat(count(Counter.TCP_MTU_BLACK_HOLES)).isZero();
    }

    // A wire that is cut for a while is no narrow path: one probe, and segments are as before.
    @Test
    void anOutageLeavesSegmentsAsTheyWere() {
        plain(1500);
        Bulk bulk = flow(8 * MEGABYTE);
        mssAfter(bulk, MEGABYTE);
        narrow.widen(0);
        pair.run(Duration.ofSeconds(20));
        assertThat(mss(bulk)).isLessThan(1500 - IPV4);
        narrow.widen(1500);
        assertThat(mssAfter(bulk, 6 * MEGABYTE)).isEqualTo(1500 - IPV4);
        finish(bulk);
    }

    // The same where the application never has enough to send for a probe with followers.
    @Test
    void anOutageLeavesSegmentsOfShortMessagesAsLargeAsTheseAre() {
        plain(1500);
        Bulk bulk = flow(MEGABYTE);
        bulk.sending.left = 1200;
        bulk.sending.keepsOpen = true;
        mssAfter(bulk, 1200);
        narrow.widen(0);
        TcpConnection connection = Objects.requireNonNull(bulk.sending.connection);
        write(bulk, connection);
        pair.run(Duration.ofSeconds(20));
        assertThat(mss(bulk)).isLessThan(200);
        narrow.widen(1500);
        mssAfter(bulk, 2400);
        for (int message = 3; message <= 12; message++) {
            write(bulk, connection);
            mssAfter(bulk, message * 1200L);
        }
        assertThat(mss(bulk)).isGreaterThanOrEqualTo(1012);
        connection.close();
        pair.run(Duration.ofSeconds(1));
    }

    private static void write(Bulk bulk, TcpConnection connection) {
        bulk.sending.left = 1200;
        bulk.sending.onWritable(connection);
    }
}
