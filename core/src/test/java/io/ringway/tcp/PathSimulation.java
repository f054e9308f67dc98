package io.ringway.tcp;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Flows without end over one bottleneck with a queue that drops what does not fit, for tests of
 * congestion control alone: segments, ACKs for each, the rate samples of the BBR draft, pacing.
 * What is lost counts as lost when three later segments have arrived, and nothing is sent again,
 * which does not matter to an algorithm.
 */
final class PathSimulation {
    static final int MSS = 1460;
    private static final long SECOND = 1_000_000_000L;
    private static final long TIMEOUT_NS = 1_000_000_000L;
    private static final Packet TICK = new Packet();
    private static final Packet WAKE = new Packet();

    private final double nsAnOctet;
    private final long delayNs;
    private final int queueSegments;
    private final double loss;
    private final RandomGenerator random;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    final List<Flow> flows = new ArrayList<>();
    private long sequence;
    private long nowNs;
    private long freeNs;

    /** The longest time that a segment waited at the bottleneck since the last call of clear. */
    long longestQueueNs;

    PathSimulation(long octetsASecond, long rttNs, int queueSegments, double loss, long seed) {
        this.nsAnOctet = (double) SECOND / octetsASecond;
        this.delayNs = rttNs;
        this.queueSegments = queueSegments;
        this.loss = loss;
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    /** A segment under way, with what the sampling notes when it is sent. */
    private static final class Packet {
        long sentNs;
        long delivered;
        long deliveredNs;
        long firstSentNs;
        long lost;
        int inFlight;
        boolean isOutstanding = true;
    }

    private record Event(long atNs, long order, Flow flow, Packet packet)
            implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return atNs != other.atNs
                    ? Long.compare(atNs, other.atNs)
                    : Long.compare(order, other.order);
        }
    }

    final class Flow {
        final CongestionControl control;
        final CongestionState state = new CongestionState();
        final AckSample sample = new AckSample();
        private final Deque<Packet> outstanding = new ArrayDeque<>();
        private final boolean isPaced;
        private int inFlight;
        private long delivered;
        private long deliveredNs;
        private long firstSentNs;
        private long lost;
        private long departNs;
        private boolean isWaking;
        private boolean isInRecovery;
        private long recoveryNs;
        private long progressNs;

        /** Segments delivered, lost, and sent. */
        long deliveredOctets() {
            return delivered;
        }

        long lostOctets() {
            return lost;
        }

        Flow(CongestionControl control, boolean isPaced) {
            this.control = control;
            this.isPaced = isPaced;
            state.memory = control.newMemory();
            state.reset(10 * MSS, Integer.MAX_VALUE, MSS, delayNs);
            state.isPaced = isPaced;
            control.onStart(state, nowNs);
        }

        private void trySend() {
            while (inFlight + MSS <= state.cwnd) {
                if (isPaced && departNs > nowNs) {
                    if (!isWaking) {
                        isWaking = true;
                        events.add(new Event(departNs, sequence++, this, WAKE));
                    }
                    return;
                }
                send();
            }
        }

        private void send() {
            if (inFlight == 0) {
                firstSentNs = nowNs;
                deliveredNs = nowNs;
            }
            Packet packet = new Packet();
            packet.sentNs = nowNs;
            packet.delivered = delivered;
            packet.deliveredNs = deliveredNs;
            packet.firstSentNs = firstSentNs;
            packet.lost = lost;
            inFlight += MSS;
            packet.inFlight = inFlight;
            outstanding.add(packet);
            if (isPaced) {
                long rate = Math.max(1, control.pacingRate(state));
                departNs = Math.max(departNs, nowNs - 1000) + MSS * SECOND / rate;
            }
            double serviceNs = nsAnOctet * MSS;
            long waitNs = Math.max(0, freeNs - nowNs);
            if (waitNs > queueSegments * serviceNs || random.nextDouble() < loss) {
                return;
            }
            longestQueueNs = Math.max(longestQueueNs, waitNs);
            freeNs = Math.max(freeNs, nowNs) + (long) serviceNs;
            events.add(new Event(freeNs + delayNs, sequence++, this, packet));
        }

        private void onArrival(Packet packet) {
            if (!packet.isOutstanding) {
                return;
            }
            progressNs = nowNs;
            int lostNow = 0;
            Packet last = null;
            int before = inFlight;
            while (outstanding.peekFirst() != packet) {
                // Segments keep their order, so all before it are gone: lost, a little later.
                Packet gone = outstanding.removeFirst();
                inFlight -= MSS;
                lostNow += MSS;
                lost += MSS;
                last = gone;
                onLost(gone, before);
            }
            outstanding.removeFirst();
            inFlight -= MSS;
            delivered += MSS;
            deliveredNs = nowNs;
            if (isInRecovery && packet.sentNs > recoveryNs) {
                isInRecovery = false;
                control.onRecovered(state, nowNs);
            }
            long sendNs = packet.sentNs - packet.firstSentNs;
            long ackNs = nowNs - packet.deliveredNs;
            firstSentNs = packet.sentNs;
            sample.clear();
            sample.ackedOctets = MSS;
            sample.deliveredOctets = MSS;
            sample.lostOctets = lostNow;
            sample.rttNs = nowNs - packet.sentNs;
            sample.priorInFlight = before;
            sample.inFlight = inFlight;
            sample.isLimited = before + MSS >= state.cwnd;
            sample.isInRecovery = isInRecovery;
            sample.delivered = delivered;
            sample.priorDelivered = packet.delivered;
            sample.intervalNs = Math.max(sendNs, ackNs);
            if (sample.intervalNs > 0) {
                sample.deliveryRate =
                        (long) ((delivered - packet.delivered) * 1e9 / sample.intervalNs);
            }
            sample.txInFlight = packet.inFlight;
            sample.lostSince = lost - packet.lost;
            sample.lost = lost;
            if (last != null) {
                sample.lostTxInFlight = last.inFlight;
                sample.lostPriorLost = last.lost;
                sample.lostRangeOctets = MSS;
            }
            state.srttNs += (sample.rttNs - state.srttNs) / 8;
            control.onAck(state, sample, nowNs);
        }

        /** When nothing arrives any more, everything is lost. */
        private void onTick() {
            if (inFlight > 0 && nowNs - progressNs > TIMEOUT_NS) {
                control.onTimeout(state, inFlight, nowNs);
                lost += inFlight;
                inFlight = 0;
                outstanding.forEach(packet -> packet.isOutstanding = false);
                outstanding.clear();
                isInRecovery = true;
                recoveryNs = nowNs;
                progressNs = nowNs;
            }
            events.add(new Event(nowNs + TIMEOUT_NS / 2, sequence++, this, TICK));
        }

        private void onLost(Packet gone, int before) {
            if (!isInRecovery && gone.sentNs >= recoveryNs) {
                isInRecovery = true;
                recoveryNs = nowNs;
                control.onLoss(state, before, nowNs);
            }
        }
    }

    Flow add(CongestionControl control, boolean isPaced) {
        Flow flow = new Flow(control, isPaced);
        flows.add(flow);
        flow.onTick();
        return flow;
    }

    long nowNs() {
        return nowNs;
    }

    /** Runs for so long; {@code each} is called after every event. */
    void run(long forNs, Runnable each) {
        long endNs = nowNs + forNs;
        flows.forEach(Flow::trySend);
        while (!events.isEmpty() && events.peek().atNs() <= endNs) {
            Event event = events.poll();
            nowNs = event.atNs();
            if (event.packet() == WAKE) {
                event.flow().isWaking = false;
            } else if (event.packet() == TICK) {
                event.flow().onTick();
            } else {
                event.flow().onArrival(event.packet());
            }
            event.flow().trySend();
            each.run();
        }
        nowNs = endNs;
    }

    void run(long forNs) {
        run(forNs, () -> {});
    }
}
