package io.ringway.testkit;

import static io.ringway.testkit.SegmentSpec.ack;
import static io.ringway.testkit.SegmentSpec.segment;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A window that the application does not use says nothing about the path (RFC 7661 §4.3). */
class WindowValidationTest {
    private static final int MSS = TcpHarness.MSS;

    @ParameterizedTest
    @ValueSource(strings = {"newreno", "cubic"})
    void aWindowThatIsNotUsedStaysAsItIs(String algorithm) {
        try (var tcp =
                TcpHarness.with()
                        .tcp(t -> t.minRtoNs(1_000_000_000L).congestionControl(algorithm))
                        .windowScale(8)
                        .established()) {
            int sent = 0;
            for (; sent < 30; sent++) {
                tcp.write(MSS).expect(part(sent));
                tcp.receive(ack(1 + (sent + 1L) * MSS)).expectNothing();
            }
            tcp.write(40 * MSS);
            for (int i = 0; i < 10; i++) {
                tcp.expect(part(sent + i));
            }
            tcp.expectNothing();
            // Now it is used, and grows.
            tcp.receive(ack(1 + (sent + 2L) * MSS));
            for (int i = 10; i < 14; i++) {
                tcp.expect(part(sent + i));
            }
            tcp.expectNothing();
        }
    }

    private static SegmentSpec part(int index) {
        return segment().seq(1 + (long) index * MSS).length(MSS);
    }
}
