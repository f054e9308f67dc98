package io.ringway.testkit.port;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.port.PortException;
import io.ringway.testkit.port.ContractEnds.Held;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/**
 * What every port must do: bursts, partial bursts, full rings, who holds a frame when, offload
 * metadata, a link that goes down and comes up, closing under load, opening again at once.
 *
 * <p>A test of a port extends it and says what the wire is.
 */
public abstract class PortContract extends OffloadContract {
    private static final int BURST = 32;

    /** For subclasses. */
    protected PortContract() {}

    @Test
    void framesArriveWholeAndInOrder() {
        int number = 0;
        for (int round = 0; round < 8; round++) {
            for (int i = 0; i < BURST; i++) {
                ends.send(ends.inbound(number + i, lengthOf(number + i)));
            }
            for (Held held : ends.receive(BURST)) {
                WireFrame expected = ends.inbound(number, lengthOf(number));
                assertArrayEquals(expected.octets(), held.copy().octets(), "frame " + number);
                assertEquals(1, held.pool().references(held.frame()));
                assertTrue(held.pool().start(held.frame()) >= FramePool.RECEIVE_START);
                assertEquals(FramePool.SEGMENTATION_NONE, held.copy().segmentation());
                assertFalse(held.copy().isOffloaded());
                held.release();
                number++;
            }
        }
    }

    @Test
    void aReceivedFrameIsStamped() {
        long before = ends.wire.nowNs();
        ends.send(ends.inbound(1, LENGTH));
        Held held = ends.receive(1).getFirst();
        long stamp = held.pool().stamp(held.frame());
        assertTrue(stamp >= before && stamp <= ends.wire.nowNs(), "stamp " + stamp);
        held.release();
    }

    @Test
    void framesLeaveWholeAndInOrder() {
        List<WireFrame> arrived = new ArrayList<>();
        int number = 0;
        for (int round = 0; round < 8; round++) {
            FrameBatch batch = new FrameBatch(BURST);
            for (int i = 0; i < BURST; i++) {
                batch.add(ends.put(ends.outbound(number, lengthOf(number))));
                number++;
            }
            ends.transmitAll(batch, arrived);
            int sent = number;
            ends.arrived(arrived, all -> all.size() >= sent);
        }
        for (int i = 0; i < number; i++) {
            assertEquals(ends.outbound(i, lengthOf(i)), arrived.get(i), "frame " + i);
        }
        assertEquals(number, ends.count(Counter.FRAMES_SENT));
    }

    private int lengthOf(int number) {
        int longest = Math.min(ends.wire.port().mtu(), 1_500) + ContractFrames.ETHERNET;
        return 60 + number * 97 % (longest - 59);
    }

    @Test
    void aSmallBatchIsFilledAndTheRestWaits() {
        for (int i = 0; i < 20; i++) {
            ends.send(ends.inbound(i, LENGTH));
        }
        List<Held> held = new ArrayList<>(ends.receive(1));
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (held.size() < 20 && System.nanoTime() < deadline) {
            ends.receiveInto(held, 3);
        }
        for (int i = 0; i < 20; i++) {
            assertEquals(i, ContractFrames.number(held.get(i).copy()));
            held.get(i).release();
        }
    }

    @Test
    void anIdlePortGivesNothing() {
        ends.send(ends.inbound(0, LENGTH));
        ends.receive(1).forEach(Held::release);
        List<Held> none = new ArrayList<>();
        ends.receiveInto(none, BURST);
        assertTrue(none.isEmpty());
    }

    @Test
    void receivedFramesStayAsTheyAreUntilReleased() {
        List<Held> held = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            ends.send(ends.inbound(i, LENGTH));
            held.addAll(ends.receive(1));
        }
        for (int i = 64; i < 512; i++) {
            ends.send(ends.inbound(i, LENGTH));
            ends.receive(1).forEach(Held::release);
        }
        for (int i = 0; i < 64; i++) {
            assertArrayEquals(ends.inbound(i, LENGTH).octets(), held.get(i).copy().octets());
            held.get(i).release();
        }
    }

    @Test
    void withoutFramesThePortWaitsOrLosesAndGoesOn() {
        FramePool pool = ends.pools.getFirst();
        List<Integer> taken = new ArrayList<>();
        while (pool.freeSmallCount() > 0) {
            taken.add(pool.allocate());
        }
        List<Held> held = new ArrayList<>();
        for (int i = 0; i < BURST; i++) {
            ends.send(ends.inbound(i, LENGTH));
            ends.receiveInto(held, BURST);
        }
        taken.forEach(pool::release);
        held.forEach(Held::release);
        // Some of those may still come; the port is as it was when a later one does.
        exchange();
    }

    @Test
    void whatDoesNotFitStaysInTheBatchAndInOrder() {
        int total = 4_096;
        List<WireFrame> arrived = new ArrayList<>();
        FrameBatch batch = new FrameBatch(BURST);
        int number = 0;
        int accepted = 0;
        while (accepted < total) {
            while (batch.room() > 0
                    && number < total
                    && ends.pools.getFirst().freeSmallCount() > 0) {
                batch.add(ends.put(ends.outbound(number++, 1_000)));
            }
            int now = ends.queue(0).transmit(batch, ends.wire.nowNs());
            accepted += now;
            if (batch.count() > 0) {
                int first = batch.get(0);
                WireFrame stays = WireFrame.copyOf(ends.pools.getFirst(), first);
                assertEquals(accepted, ContractFrames.number(stays), "what stays is the next");
                assertEquals(1, ends.pools.getFirst().references(first));
            }
            if (now == 0) {
                ends.drain(arrived);
            }
        }
        ends.arrived(arrived, _ -> told() >= total);
        int last = -1;
        for (WireFrame frame : arrived) {
            int found = ContractFrames.number(frame);
            assertTrue(found > last, found + " came behind " + last);
            assertEquals(ends.outbound(found, 1_000), frame);
            last = found;
        }
    }

    /** Of how many transmitted frames the counters tell. */
    private long told() {
        return ends.count(Counter.FRAMES_SENT)
                + ends.count(Counter.PORT_TRANSMIT_FULL)
                + ends.count(Counter.PORT_TRANSMIT_ERROR);
    }

    @Test
    void aFrameThatOthersHoldLeavesAndStaysAsItIs() {
        FramePool pool = ends.pools.getFirst();
        WireFrame sent = ends.outbound(7, LENGTH);
        int frame = ends.put(sent);
        int start = pool.start(frame);
        FrameBatch batch = new FrameBatch(2);
        for (int i = 0; i < 2; i++) {
            pool.retain(frame);
            batch.add(frame);
        }
        ends.transmitAll(batch, new ArrayList<>());
        List<WireFrame> arrived = ends.arrived(all -> all.size() >= 2);
        assertEquals(List.of(sent, sent), arrived);
        assertEquals(start, pool.start(frame));
        assertEquals(sent, WireFrame.copyOf(pool, frame));
        ends.closeQueues();
        assertEquals(1, pool.references(frame));
        pool.release(frame);
    }

    @Test
    void aTaggedFrameArrivesWithItsTag() {
        WireFrame sent = ContractFrames.tagged(ends.inbound(3, LENGTH), 5);
        ends.send(sent);
        Held held = ends.receive(1).getFirst();
        assertArrayEquals(sent.octets(), held.copy().octets());
        held.release();
    }

    @Test
    void aLinkThatWasDownCarriesAgain() {
        exchange();
        for (int round = 0; round < 3; round++) {
            if (!ends.wire.setLink(false)) {
                return;
            }
            for (int i = 0; i < 100; i++) {
                FrameBatch batch = new FrameBatch(BURST);
                batch.add(ends.put(ends.outbound(i, LENGTH)));
                ends.queue(0).transmit(batch, ends.wire.nowNs());
                for (int j = 0; j < batch.count(); j++) {
                    ends.pools.getFirst().release(batch.get(j));
                }
                List<Held> held = new ArrayList<>();
                ends.receiveInto(held, BURST);
                held.forEach(Held::release);
            }
            assertTrue(ends.wire.setLink(true));
            exchange();
        }
    }

    @Test
    void closingUnderLoadBringsEveryFrameHome() {
        for (int round = 0; round < 3; round++) {
            FrameBatch batch = new FrameBatch(2 * BURST);
            for (int i = 0; i < 2 * BURST; i++) {
                ends.send(ends.inbound(i, LENGTH));
                batch.add(ends.put(ends.outbound(i, LENGTH)));
            }
            List<Held> held = ends.receive(1);
            ends.receiveInto(held, 5);
            ends.queue(0).transmit(batch, ends.wire.nowNs());
            ends.closeQueues();
            held.forEach(Held::release);
            for (int i = 0; i < batch.count(); i++) {
                ends.pools.getFirst().release(batch.get(i));
            }
            assertEquals("", ends.missing());
            ends.drain(new ArrayList<>());
            ends.openQueues();
            exchange();
        }
    }

    @Test
    void theQueueCanBeOpenedAgainAtOnce() {
        for (int round = 0; round < 5; round++) {
            exchange();
            ends.closeQueues();
            assertEquals("", ends.missing());
            ends.openQueues();
        }
        exchange();
    }

    @Test
    void thePortCanBeOpenedAgainAtOnce() {
        for (int round = 0; round < 5; round++) {
            exchange();
            ends.closeQueues();
            ends.wire.reopen();
            ends.openQueues();
        }
        exchange();
    }

    /** One frame each way, whatever else is still under way. */
    private void exchange() {
        WireFrame in = ends.inbound(1 << 20, LENGTH);
        WireFrame out = ends.outbound(1 << 21, LENGTH);
        long deadline = System.nanoTime() + 10_000_000_000L;
        List<Held> held = new ArrayList<>();
        List<WireFrame> arrived = new ArrayList<>();
        boolean isIn = false;
        for (int i = 0; !isIn || !arrived.contains(out); i++) {
            assertTrue(System.nanoTime() < deadline, isIn ? "nothing left" : "nothing arrived");
            if (i % 1_000 == 0) {
                // Again and again: a link that came up may lose the first ones.
                wireSend(isIn, in);
                ends.transmit(out);
            }
            ends.receiveInto(held, BURST);
            ends.drain(arrived);
            for (Held each : held) {
                isIn |= each.copy().equals(in);
                each.release();
            }
            held.clear();
        }
    }

    private void wireSend(boolean isIn, WireFrame in) {
        if (!isIn) {
            ends.send(in);
        }
    }

    @Test
    void aQueueOpensOnceAndMustBeThere() {
        int count = ends.wire.port().queueCount();
        Counters counters = new Counters();
        try (FramePool pool = ends.wire.newPool()) {
            for (int queue : new int[] {0, count - 1, count, -1}) {
                assertThrows(
                        PortException.class,
                        () -> ends.wire.port().open(queue, pool, counters),
                        "queue " + queue);
            }
            assertTrue(pool.isFull());
        }
    }

    @Test
    void closingTwiceDoesNoHarm() {
        ends.queue(0).close();
        ends.queue(0).close();
    }

    @Test
    void theCountersTellWhatPassed() {
        int[] lengths = {60, 61, 1_000, 1_514};
        long octets = 0;
        long before = ends.count(Counter.OCTETS_RECEIVED);
        for (int length : lengths) {
            ends.send(ends.inbound(0, length));
            ends.transmit(ends.outbound(0, length));
            octets += length;
        }
        ends.receive(lengths.length).forEach(Held::release);
        ends.arrived(all -> all.size() == lengths.length);
        assertEquals(lengths.length, ends.count(Counter.FRAMES_SENT));
        assertEquals(octets, ends.count(Counter.OCTETS_SENT));
        assertTrue(ends.count(Counter.FRAMES_RECEIVED) >= lengths.length);
        assertTrue(ends.count(Counter.OCTETS_RECEIVED) - before >= octets);
    }
}
