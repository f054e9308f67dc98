package io.ringway.testkit;

import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.port.Port;
import io.ringway.port.PortDecorator;
import io.ringway.port.PortQueue;
import io.ringway.port.PortQueueDecorator;

/**
 * What happens to frames on their way to one end of a path besides loss and delay: congestion
 * marks, times in which nothing passes, a path MTU that falls, and a device that joins segments and
 * leaves ACKs out, so that one ACK stands for many.
 */
final class RoughPort extends PortDecorator {
    private final Habits habits;

    /**
     * What happens. Times are those of the clock.
     *
     * @param marks probability that a packet which says it can be marked is marked
     * @param isJoining whether segments that follow each other are joined (GRO)
     * @param isThinning whether an ACK is left out when another one follows it
     * @param pathMtu octets of a packet that pass from {@code narrowFromNs} on
     * @param isSilent whether nobody says that packets are too big: a black hole
     * @param deadFromNs when no segment passes any more, for the first of two times
     * @param deadForNs for how long
     */
    record Habits(
            Rand rand,
            double marks,
            boolean isJoining,
            boolean isThinning,
            int pathMtu,
            long narrowFromNs,
            boolean isSilent,
            long deadFromNs,
            long deadForNs) {
        boolean isDead(long nowNs) {
            long first = nowNs - deadFromNs;
            long second = first - 3 * deadForNs;
            return (first >= 0 && first < deadForNs) || (second >= 0 && second < deadForNs);
        }

        boolean isTooBig(int length, long nowNs) {
            return length > pathMtu && nowNs >= narrowFromNs;
        }
    }

    RoughPort(Port port, Habits habits) {
        super(port);
        this.habits = habits;
    }

    @Override
    public PortQueue open(int queue, FramePool pool, Counters counters) {
        return new Queue(port.open(queue, pool, counters), pool, habits, port.macAddress());
    }

    /** Its queue. */
    private static final class Queue extends PortQueueDecorator {
        private final FramePool frames;
        private final Habits habits;
        private final RoughPacket packet;
        private final RoughPacket last;
        private final TooBig tooBig;
        private final FrameBatch answer = new FrameBatch(1);

        Queue(PortQueue queue, FramePool frames, Habits habits, long mac) {
            super(queue);
            this.frames = frames;
            this.habits = habits;
            this.packet = new RoughPacket(frames);
            this.last = new RoughPacket(frames);
            this.tooBig = new TooBig(frames, mac);
        }

        @Override
        public int receive(FrameBatch into, long nowNs) {
            int before = into.count();
            var arriving = new FrameBatch(Math.max(1, into.room()));
            if (into.room() > 0) {
                queue.receive(arriving, nowNs);
            }
            int held = FramePool.NONE;
            for (int i = 0; i < arriving.count(); i++) {
                int frame = arriving.get(i);
                if (!passes(frame, nowNs)) {
                    frames.release(frame);
                    continue;
                }
                if (held != FramePool.NONE) {
                    held = follow(held, frame, into);
                } else {
                    held = frame;
                }
            }
            if (held != FramePool.NONE) {
                into.add(held);
            }
            return into.count() - before;
        }

        private boolean passes(int frame, long nowNs) {
            packet.wrap(frame);
            if (!packet.isTcp()) {
                // Who finds no neighbour gives up at once, and that is not what is tested here.
                return true;
            }
            if (habits.isDead(nowNs)) {
                return false;
            }
            if (habits.isTooBig(packet.longestPacket(), nowNs)) {
                if (!habits.isSilent()) {
                    answer(tooBig.about(packet, habits.pathMtu()));
                }
                return false;
            }
            if (habits.marks() > 0 && packet.isMarkable() && habits.rand().chance(habits.marks())) {
                packet.mark();
            }
            return true;
        }

        private void answer(int frame) {
            if (frame == FramePool.NONE) {
                return;
            }
            answer.clear();
            answer.add(frame);
            if (queue.transmit(answer, 0) == 0) {
                frames.release(frame);
            }
        }

        /** Another frame behind the one held: joined to it, in its place, or behind it. */
        private int follow(int held, int frame, FrameBatch into) {
            last.wrap(held);
            packet.wrap(frame);
            if (last.isTcp() && packet.isTcp()) {
                if (habits.isThinning() && packet.replaces(last)) {
                    frames.release(held);
                    return frame;
                }
                if (habits.isJoining() && packet.follows(last)) {
                    int joined = packet.join(last);
                    if (joined != FramePool.NONE) {
                        frames.release(held);
                        frames.release(frame);
                        return joined;
                    }
                }
            }
            into.add(held);
            return frame;
        }
    }
}
