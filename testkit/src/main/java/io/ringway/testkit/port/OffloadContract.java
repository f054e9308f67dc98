package io.ringway.testkit.port;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringway.memory.FramePool;
import io.ringway.testkit.port.ContractEnds.Held;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The part of {@link PortContract} about checksums and super-frames, and what all of it needs. What
 * a port cannot do is not asked of it; such a test passes, since CI allows none to be skipped.
 */
@Timeout(60)
abstract class OffloadContract {
    static final int LENGTH = 700;

    ContractEnds ends;

    // JUnit calls open before each test.
    @SuppressWarnings("NullAway.Init")
    OffloadContract() {}

    /** Opens the port under test and its far end. */
    protected abstract PortWire openWire();

    @BeforeEach
    void open() {
        ends = new ContractEnds(openWire());
    }

    @AfterEach
    void close() {
        ends.close();
    }

    @Test
    void aChecksumLeftToThePortLeavesWhole() {
        if (!ends.wire.port().capabilities().transmitChecksum()) {
            return;
        }
        for (int kind = 0; kind < 4; kind++) {
            boolean isTcp = (kind & 2) != 0;
            WireFrame sent = outbound((kind & 1) != 0, isTcp, 501, 0);
            ends.transmit(sent);
            WireFrame arrived = ends.arrived(all -> !all.isEmpty()).getFirst();
            assertTrue(isSame(sent, arrived), "kind " + kind);
        }
    }

    /** Whether {@code arrived} is {@code sent} with its checksum completed, or still left. */
    private static boolean isSame(WireFrame sent, WireFrame arrived) {
        return arrived.checksum() == FramePool.CHECKSUM_NEEDED
                ? arrived.equals(sent)
                : Arrays.equals(ContractFrames.completed(sent).octets(), arrived.octets());
    }

    private WireFrame outbound(boolean isIpv4, boolean isTcp, int payload, int segmentSize) {
        long us = ends.wire.port().macAddress();
        return ContractFrames.transport(
                ContractFrames.FAR, us, isIpv4, isTcp, payload, segmentSize);
    }

    private WireFrame inbound(boolean isIpv4, boolean isTcp, int payload, int segmentSize) {
        long us = ends.wire.port().macAddress();
        return ContractFrames.transport(
                us, ContractFrames.FAR, isIpv4, isTcp, payload, segmentSize);
    }

    @Test
    void tcpSuperFramesLeaveWholeOrCut() {
        if (!ends.wire.port().capabilities().tcpSegmentation()) {
            return;
        }
        leaves(outbound(true, true, 20_007, 1_000), true);
        leaves(outbound(false, true, 60_000, 1_400), true);
        leaves(outbound(true, true, 1_001, 1_000), true);
    }

    @Test
    void udpSuperFramesLeaveWholeOrCut() {
        if (!ends.wire.port().capabilities().udpSegmentation()) {
            return;
        }
        leaves(outbound(true, false, 20_007, 1_000), false);
        leaves(outbound(false, false, 3_000, 1_400), false);
    }

    private void leaves(WireFrame sent, boolean isTcp) {
        byte[] payload = ContractFrames.payload(sent, isTcp);
        ends.transmit(sent);
        List<WireFrame> arrived = ends.arrived(all -> joined(all, isTcp).length >= payload.length);
        assertArrayEquals(payload, joined(arrived, isTcp));
        for (WireFrame frame : arrived) {
            if (frame.segmentation() != FramePool.SEGMENTATION_NONE) {
                assertEquals(sent.segmentation(), frame.segmentation());
                assertEquals(sent.segmentSize(), frame.segmentSize());
            } else if (frame.checksum() != FramePool.CHECKSUM_NEEDED) {
                assertTrue(ContractFrames.isIntact(frame, isTcp), "checksum of a segment");
            }
        }
    }

    private static byte[] joined(List<WireFrame> frames, boolean isTcp) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        frames.forEach(frame -> all.writeBytes(ContractFrames.payload(frame, isTcp)));
        return all.toByteArray();
    }

    @Test
    void aWholeChecksumArrivesAsItIs() {
        for (int kind = 0; kind < 4; kind++) {
            WireFrame sent =
                    ContractFrames.completed(inbound((kind & 1) != 0, (kind & 2) != 0, 333, 0));
            ends.send(sent);
            Held held = ends.receive(1).getFirst();
            assertArrayEquals(sent.octets(), held.copy().octets());
            assertFalse(held.copy().isOffloaded());
            held.release();
        }
    }

    @Test
    void aChecksumLeftToUsArrivesMarkedOrWhole() {
        for (int kind = 0; kind < 4; kind++) {
            WireFrame sent = inbound((kind & 1) != 0, (kind & 2) != 0, 333, 0);
            if (!ends.wire.send(sent)) {
                return;
            }
            Held held = ends.receive(1).getFirst();
            WireFrame arrived = held.copy();
            held.release();
            assertTrue(isSame(sent, arrived), "kind " + kind + ": " + arrived.checksum());
        }
    }

    @Test
    void superFramesArriveWholeOrCut() {
        if (!ends.wire.port().capabilities().tcpSegmentation()) {
            return;
        }
        for (int round = 0; round < 8; round++) {
            WireFrame sent = inbound(round % 2 == 0, true, 20_000 + 5_000 * round, 1_400);
            if (!ends.wire.send(sent)) {
                return;
            }
            byte[] payload = ContractFrames.payload(sent, true);
            List<WireFrame> arrived = new ArrayList<>();
            while (joined(arrived, true).length < payload.length) {
                for (Held held : ends.receive(1)) {
                    arrived.add(held.copy());
                    held.release();
                }
            }
            assertArrayEquals(payload, joined(arrived, true));
            if (arrived.size() == 1) {
                assertEquals(sent, arrived.getFirst());
            }
        }
    }

    @Test
    void superFramesAndOthersArriveInOrder() {
        if (ends.wire.port().queueCount() > 1) {
            // They are two flows, so each may come to a queue of its own.
            return;
        }
        if (!ends.wire.port().capabilities().tcpSegmentation()) {
            return;
        }
        WireFrame large = inbound(true, true, 30_000, 1_400);
        ends.send(ends.inbound(0, LENGTH));
        if (!ends.wire.send(large)) {
            return;
        }
        ends.send(ends.inbound(1, LENGTH));
        List<Held> held = ends.receive(3);
        // The first is the first in any case; cut into segments, the second is many.
        assertEquals(0, ContractFrames.number(held.getFirst().copy()));
        if (held.get(1).copy().segmentation() != FramePool.SEGMENTATION_NONE) {
            assertEquals(large, held.get(1).copy());
            assertEquals(1, ContractFrames.number(held.get(2).copy()));
        }
        held.forEach(Held::release);
    }
}
