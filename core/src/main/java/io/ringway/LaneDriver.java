package io.ringway;

import io.ringway.memory.Counter;
import io.ringway.tcp.ConnectionOptions;
import io.ringway.wire.Endpoint;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * Drives one lane from a thread that does other things as well, such as an event loop; {@link
 * Stack#takeLane} gives one. The stack is not {@linkplain Stack#start started} then.
 *
 * <pre>{@code
 * while (isRunning) {
 *     int work = driver.runCycle();
 *     work += whatElseThereIsToDo();
 *     if (work == 0) {
 *         driver.idle(nanosecondsToTheNextThingToDo());
 *     }
 * }
 * driver.release();
 * }</pre>
 *
 * <p>One thread calls everything but {@link #wake}, which is for all others; it becomes the lane's
 * thread with its first cycle.
 */
public final class LaneDriver {
    private static final System.Logger LOGGER = System.getLogger("io.ringway");

    /** What a driver whose lane is closed sleeps at most: it only waits for its caller's work. */
    private static final long CLOSED_NAP_NS = 100_000_000;

    private final Lane lane;
    private final NanoClock clock;
    private final LaneIdle idle;
    private final Pinning pinning;
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile @Nullable Thread thread;
    private volatile boolean isReleased;
    private volatile boolean isToClose;
    private long idleSinceNs;

    LaneDriver(Lane lane, StackConfig config) {
        this.lane = lane;
        this.clock = config.clock();
        this.idle = new LaneIdle(lane, config);
        this.pinning = Pinning.of(config.lanes().cores(), lane.index());
    }

    public Lane lane() {
        return lane;
    }

    /** Whether the lane is closed, or was given back: there is nothing to drive any more. */
    public boolean isOver() {
        return isReleased || lane.isClosed();
    }

    /**
     * Runs one duty cycle, at the time that the stack's clock shows. When the stack is being
     * closed, closes the lane instead.
     *
     * @return how much was done; 0 when there was nothing, or the lane is closed
     * @throws RuntimeException when the lane cannot have its core ({@link LanesConfig#cores}) or
     *     fails; it is closed then
     */
    public int runCycle() {
        if (isOver()) {
            return 0;
        }
        if (thread == null && !begin()) {
            return 0;
        }
        if (isToClose) {
            lane.close(clock.nanoTime());
            end();
            return 0;
        }
        long nowNs = clock.nanoTime();
        int work;
        try {
            work = lane.doWork(nowNs);
        } catch (Throwable thrown) {
            LOGGER.log(System.Logger.Level.ERROR, lane + " failed and is lost", thrown);
            lane.closeAfterFailure();
            end();
            throw thrown;
        }
        if (work != 0) {
            idleSinceNs = clock.nanoTime();
            lane.counters().add(Counter.BUSY_NS, idleSinceNs - nowNs);
        }
        return work;
    }

    private synchronized boolean begin() {
        if (isOver()) {
            return false;
        }
        Thread current = Thread.currentThread();
        lane.startOn(current);
        thread = current;
        idleSinceNs = clock.nanoTime();
        if (!pinning.pin()) {
            lane.close(idleSinceNs);
            end();
            pinning.await();
        }
        return true;
    }

    /** The lane has no thread any more. */
    private void end() {
        lane.startOn(null);
        over.countDown();
    }

    /**
     * Opens a connection on this lane. The handler hears how it goes; the driving thread only.
     *
     * @param local null for an address and a port that the stack chooses, as it does for a port of
     *     0
     * @return the connection, not yet open, to keep
     * @throws StackException when there is no route, no port or no memory for it, or the replies to
     *     {@code local}'s port would come to another lane
     */
    public TcpConnection connect(
            @Nullable Endpoint local,
            Endpoint remote,
            TcpHandler handler,
            ConnectionOptions options) {
        int home = Lanes.home(lane, local, remote);
        if (home != lane.index()) {
            throw new StackException(
                    "cannot connect from "
                            + local
                            + " to "
                            + remote
                            + " on lane "
                            + lane.index()
                            + ": the replies would come to lane "
                            + home
                            + "; leave the port to the stack, which then chooses one that fits");
        }
        Connections connections = lane.connections();
        return connections.held(connections.connect(local, remote, handler, options, null));
    }

    /**
     * To be called when there is nothing to do: spins or sleeps, as the stack's {@link
     * IdleStrategy} says, until a frame or a message has come, {@link #wake} is called, the lane's
     * next deadline or {@code mostNs} are over; perhaps for less.
     */
    public void idle(long mostNs) {
        long nowNs = clock.nanoTime();
        if (isOver() || isToClose || thread == null) {
            if (!isToClose && !lane.doorbell().takeKnock()) {
                LockSupport.parkNanos(this, Math.min(mostNs, CLOSED_NAP_NS));
            }
            return;
        }
        idle.await(nowNs, nowNs - idleSinceNs, mostNs);
        boolean _ = lane.doorbell().takeKnock();
        lane.counters().add(Counter.IDLE_NS, clock.nanoTime() - nowNs);
    }

    /**
     * Ends the present {@link #idle}, or the next one before it begins. Any thread, after it has
     * published what is to be done.
     */
    public void wake() {
        lane.doorbell().knock();
        if (isOver()) {
            LockSupport.unpark(thread);
        }
    }

    /**
     * Gives the lane back: another driver may be {@linkplain Stack#takeLane taken} for it, and
     * until then nobody drives it. Connections stay as they are. By the lane's thread, between
     * cycles, or by anyone before its first one.
     */
    public synchronized void release() {
        if (!isReleased) {
            isReleased = true;
            if (!lane.isClosed()) {
                end();
            }
        }
    }

    /** Whether another driver may have the lane. */
    boolean isReleased() {
        return isReleased;
    }

    /**
     * Has the driving thread close the lane, and waits for that. When that is the calling thread,
     * or there is none, nothing needs to be waited for, and the caller may close the lane.
     */
    void closeAndWait() {
        Thread driving;
        synchronized (this) {
            driving = thread;
            isToClose = true;
            if (driving == null) {
                isReleased = true;
            }
        }
        if (driving == null || isOver() || driving.equals(Thread.currentThread())) {
            return;
        }
        wake();
        boolean isInterrupted = false;
        while (over.getCount() != 0) {
            try {
                over.await();
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
