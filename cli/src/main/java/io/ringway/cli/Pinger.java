package io.ringway.cli;

import io.ringway.Lane;
import io.ringway.cli.Pinger.Answer.Echo;
import io.ringway.cli.Pinger.Answer.Problem;
import io.ringway.ip.EchoListener;
import io.ringway.layer.IcmpError;
import io.ringway.layer.PacketInfo;
import io.ringway.wire.IpAddress;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Sends echo requests from our stack to another host, and times the replies. One run at a time on a
 * lane.
 */
final class Pinger {
    /** Octets of data that hold when the request was sent. */
    private static final int STAMP = 8;

    /** What came back for one request. */
    sealed interface Answer {
        /** A reply. */
        record Echo(int sequence, int length, int hopLimit, long roundTripNs) implements Answer {}

        /** An ICMP error, or no answer to the question for the neighbour's link address. */
        record Problem(int sequence, String what) implements Answer {}
    }

    private final Lane lane;
    private final IpAddress destination;
    private final int identifier;
    private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private final PingSummary summary = new PingSummary();

    Pinger(Lane lane, IpAddress destination, int identifier) {
        this.lane = lane;
        this.destination = destination;
        this.identifier = identifier & 0xffff;
    }

    /**
     * Pings, and waits for what comes back.
     *
     * @param count how many requests
     * @param length octets of data in each
     * @param intervalNs between two requests
     * @param timeoutNs how long to wait for the last reply
     * @param onAnswer is told of each answer, on the calling thread
     */
    PingSummary run(
            int count, int length, long intervalNs, long timeoutNs, Consumer<Answer> onAnswer)
            throws InterruptedException {
        lane.submit(() -> listen(new Listener())).join();
        try (Arena arena = Arena.ofShared()) {
            MemorySegment payload = arena.allocate(Math.max(length, STAMP), STAMP);
            long startNs = System.nanoTime();
            for (int sequence = 1; sequence <= count; sequence++) {
                send(sequence, payload, length);
                boolean isLast = sequence == count;
                long untilNs =
                        isLast ? System.nanoTime() + timeoutNs : startNs + sequence * intervalNs;
                await(untilNs, isLast, onAnswer);
            }
        } finally {
            lane.submit(() -> listen(null)).join();
        }
        return summary;
    }

    /** The figures so far. */
    PingSummary summary() {
        return summary;
    }

    private boolean listen(@Nullable EchoListener listener) {
        lane.ip().echoListener(listener);
        return true;
    }

    private void send(int sequence, MemorySegment payload, int length) {
        summary.onSent();
        boolean isNoted =
                lane.submit(
                                () -> {
                                    payload.set(ValueLayout.JAVA_LONG, 0, lane.nowNs());
                                    return lane.ip()
                                            .ping(
                                                    destination,
                                                    identifier,
                                                    sequence & 0xffff,
                                                    0,
                                                    payload,
                                                    0,
                                                    length);
                                })
                        .join();
        if (!isNoted) {
            answers.add(new Problem(sequence, "no route to " + destination));
        }
    }

    private void await(long untilNs, boolean isLast, Consumer<Answer> onAnswer)
            throws InterruptedException {
        while (!(isLast && summary.isAllAnswered())) {
            Answer answer = answers.poll(untilNs - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (answer == null) {
                return;
            }
            switch (answer) {
                case Echo echo -> summary.onReply(echo.roundTripNs());
                case Problem _ -> summary.onError();
            }
            onAnswer.accept(answer);
        }
    }

    /** Hears of answers on the lane. */
    private final class Listener implements EchoListener {
        @Override
        public void onEchoReply(
                PacketInfo info,
                int replyIdentifier,
                int sequence,
                MemorySegment payload,
                long offset,
                int length,
                long nowNs) {
            if (replyIdentifier == identifier) {
                long sentNs =
                        length >= STAMP
                                ? payload.get(ValueLayout.JAVA_LONG_UNALIGNED, offset)
                                : nowNs;
                answers.add(new Echo(sequence, length, info.hopLimit, nowNs - sentNs));
            }
        }

        @Override
        public void onEchoError(IcmpError error, int errorIdentifier, int sequence, long nowNs) {
            if (errorIdentifier == identifier) {
                answers.add(
                        new Problem(
                                sequence,
                                error.kind.name().toLowerCase(Locale.ROOT).replace('_', ' ')));
            }
        }
    }
}
