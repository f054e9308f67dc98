package io.ringway;

import io.ringway.ip.Ip;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.memory.OwnerGuard;
import io.ringway.port.Port;
import io.ringway.port.PortQueue;
import io.ringway.steering.SteeredQueue;
import io.ringway.tcp.CloseReason;
import io.ringway.tcp.ConnectionOptions;
import io.ringway.tcp.Tcp;
import io.ringway.udp.Udp;
import io.ringway.wire.Endpoint;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * One thread's whole stack: a port queue, frames, IP, UDP and TCP with their tables, timers and
 * counters, shared with nobody. A frame goes up to the application and down again here, run to
 * completion.
 *
 * <p>A thread drives a lane by calling {@link #doWork} again and again: the one that {@link
 * Stack#start} makes, a test, or an event loop. Before the start it is the thread that opened the
 * stack, or whoever calls {@link #doWork}. All other threads send it messages ({@link #execute},
 * {@link #submit}).
 */
public final class Lane {
    private static final int CLOSING_CYCLES = 64;
    private static final int MOST_WITHOUT_TIMERS = 32;
    private static final long TRANSMIT_RETRY_NS = 50_000;

    private final int index;
    private final LaneConfig limits;
    private final NanoClock clock;
    private final OwnerGuard owner;
    private final Counters counters;
    private final FramePool frames;
    private final FrameBatch received;
    private final FrameBatch output;
    private final PortQueue queue;
    // The same queue when there are other lanes, with what leads to them.
    private final @Nullable SteeredQueue steered;
    private final Ip ip;
    private final Tcp tcp;
    private final Udp udp;
    private final EarlyLoads earlyLoads;
    private final Connections connections;
    private final TcpConnection cursor;
    private final Sockets sockets;
    private final Mailbox mailbox;
    private final Doorbell doorbell;

    private volatile boolean isStarted;
    private volatile boolean isClosed;
    private boolean isInCycle;
    private int cyclesWithoutTimers;
    private long nowNs;

    /**
     * Makes a lane, and closes what it has opened when it cannot be made.
     *
     * @param seed the same for all lanes of a stack
     */
    Lane(
            int index,
            StackConfig config,
            Port port,
            long seed,
            FramePool frames,
            Lanes.QueueOpener opener) {
        this.index = index;
        this.limits = config.lane();
        this.clock = config.clock();
        this.frames = frames;
        this.owner = frames.guard();
        this.counters = new Counters(owner);
        owner.give(Thread.currentThread());
        // Two at least, so that the lane's own frames and those of others both find room.
        this.received = new FrameBatch(Math.max(2, limits.receiveBurst()));
        this.output = new FrameBatch(limits.transmitBurst());
        this.mailbox = new Mailbox(this, limits.messageQueue());
        this.connections = new Connections(this, counters);
        this.sockets = new Sockets(this, counters, limits);
        this.queue = opener.open(frames, counters);
        this.steered = queue instanceof SteeredQueue one ? one : null;
        Protocols protocols = new Protocols(this, config, port, seed, output);
        this.ip = protocols.ip;
        this.tcp = protocols.tcp;
        this.udp = protocols.udp;
        this.earlyLoads = new EarlyLoads(frames, tcp, received.capacity());
        this.cursor = new TcpConnection(this);
        this.doorbell = new Doorbell(this, Sleepers.open(queue));
    }

    /** Which lane of its stack this is, from 0. */
    public int index() {
        return index;
    }

    /**
     * Runs one duty cycle: messages, received frames, timers, handlers, output, in this order and
     * each up to its limit in {@link LaneConfig}. Only the thread that drives the lane calls it.
     *
     * @param nowNs the time, read once for the whole cycle, and never less than in the last one
     * @return how much was done; 0 when there was nothing to do
     * @throws IllegalStateException when another thread drives the lane, or it is closed
     */
    public int doWork(long nowNs) {
        enter(nowNs);
        try {
            int work = mailbox.run(limits.messagesPerCycle());
            int received = receive(nowNs);
            work += received;
            if (steered != null) {
                work += steered.takeSentForOthers();
            }
            // After a pause the ACK that a timer waits for may be among the frames that still wait
            // at the port: where a burst was full, they come before the timers.
            if (received < limits.receiveBurst() || ++cyclesWithoutTimers >= MOST_WITHOUT_TIMERS) {
                cyclesWithoutTimers = 0;
                work += ip.expire(nowNs) + tcp.expire(nowNs);
            }
            work += tcp.dispatch(nowNs, limits.readyPerCycle());
            work += udp.dispatch(nowNs, limits.readyPerCycle());
            work += transmit(nowNs);
            counters.increment(Counter.CYCLES);
            if (work != 0) {
                counters.increment(Counter.CYCLES_BUSY);
            }
            return work;
        } finally {
            isInCycle = false;
        }
    }

    private void enter(long nowNs) {
        if (!owner.isOwner()) {
            if (isStarted) {
                throw new IllegalStateException(
                        "lane " + index + " is driven by its own thread, " + owner);
            }
            owner.give(Thread.currentThread());
        }
        if (isClosed) {
            throw new IllegalStateException("lane " + index + " is closed");
        }
        assert !isInCycle : "doWork was called by a handler";
        isInCycle = true;
        this.nowNs = nowNs;
    }

    private int receive(long nowNs) {
        if (steered != null) {
            frames.collect();
        }
        int count = queue.receive(received, nowNs);
        earlyLoads.load(received);
        for (int i = 0; i < count; i++) {
            ip.onFrame(received.get(i), nowNs);
        }
        received.clear();
        return count;
    }

    private int transmit(long nowNs) {
        int work = ip.poll(nowNs, output.room());
        work += udp.poll(nowNs, output.room());
        work += tcp.poll(nowNs, output.room());
        // What the port does not take stays in front, and leaves less room for the next cycle:
        // back-pressure.
        return output.count() == 0 ? work : work + queue.transmit(output, nowNs);
    }

    /**
     * When {@link #doWork} is to be called again at the latest though nothing comes from outside:
     * the time itself when work is waiting, {@link Long#MAX_VALUE} when nothing ever will happen.
     * Only the thread that drives the lane.
     */
    public long nextDeadlineNs(long nowNs) {
        if (hasMessages()) {
            return nowNs;
        }
        long next = Math.min(ip.nextDeadlineNs(), tcp.nextDeadlineNs(nowNs));
        next = Math.min(next, udp.nextDeadlineNs(nowNs));
        next = Math.min(next, queue.nextDeadlineNs());
        return output.count() == 0 ? next : Math.min(next, nowNs + TRANSMIT_RETRY_NS);
    }

    /** Whether the calling thread is the one that drives this lane. */
    public boolean isOnLane() {
        return owner.isOwner();
    }

    /**
     * Runs {@code task} on the lane in its next duty cycle. Any thread; waits while {@link
     * LaneConfig#messageQueue} tasks wait already. What the task throws is logged and harms nobody.
     *
     * @throws StackException when the lane is closed
     */
    public void execute(Runnable task) {
        Message message = new Message.Task(task);
        if (isClosed) {
            throw closedException();
        }
        if (isOnLane()) {
            mailbox.putOwn(message);
        } else if (!put(message)) {
            throw closedException();
        }
    }

    /**
     * Runs {@code message}: inline when the calling thread drives this lane, otherwise in the next
     * duty cycle. Any thread; waits while {@link LaneConfig#messageQueue} messages wait already.
     * When the lane is closed the message is refused.
     */
    void tell(Message message) {
        if (isOnLane() && !isClosed) {
            message.run(this);
        } else if (isClosed || !put(message) || isClosed) {
            // The last is too late for the lane to see it, perhaps; what has a reply keeps it.
            message.refuse();
        }
    }

    /** Sends a message with a reply and waits for that; throws what it is failed with. */
    <T> T ask(Message message, CompletableFuture<T> reply) {
        tell(message);
        return join(reply);
    }

    private boolean put(Message message) {
        while (!offer(message)) {
            if (isClosed || Mailbox.keepForLater(this, message)) {
                return !isClosed;
            }
            Mailbox.waitForRoom();
        }
        return true;
    }

    /** Puts a message into the mailbox, if there is room. Any thread. */
    boolean offer(Message message) {
        if (!mailbox.offer(message)) {
            return false;
        }
        doorbell.ring();
        return true;
    }

    /** Takes a task that {@code from} passes on: this lane's own one comes in its next cycle. */
    void pass(Lane from, Runnable task) {
        if (from == this) {
            putOwn(new Message.Task(task));
        } else {
            Message.pass(from, this, new Message.Task(task));
        }
    }

    /** Keeps a message of the lane itself for its next cycle. The lane only. */
    void putOwn(Message message) {
        mailbox.putOwn(message);
    }

    private static StackException closedException() {
        return new StackException("the stack is closed");
    }

    /**
     * Runs {@code task} on the lane and gives its result: at once on the lane itself, and from
     * elsewhere by a message.
     */
    public <T> CompletableFuture<T> submit(Supplier<T> task) {
        CompletableFuture<T> future = new CompletableFuture<>();
        Runnable run =
                () -> {
                    try {
                        future.complete(task.get());
                    } catch (Throwable thrown) {
                        future.completeExceptionally(thrown);
                    }
                };
        if (isClosed) {
            future.completeExceptionally(closedException());
        } else if (isOnLane()) {
            run.run();
        } else {
            execute(run);
            if (isClosed) {
                // Too late for the lane to see it, perhaps; what is complete stays as it is.
                future.completeExceptionally(closedException());
            }
        }
        return future;
    }

    /** Runs {@code task} on the lane and waits for it; not at all when the lane is closed. */
    void call(Runnable task) {
        if (isOnLane()) {
            if (!isClosed) {
                task.run();
            }
            return;
        }
        if (!isClosed) {
            get(() -> {
                task.run();
                return true;
            });
        }
    }

    /** Runs {@code task} on the lane and waits for its result; throws what it throws. */
    <T> T get(Supplier<T> task) {
        return join(submit(task));
    }

    static <T> T join(CompletableFuture<T> reply) {
        try {
            return reply.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /**
     * Opens a connection from within the lane; the handler hears how it ends. {@link Stack#connect}
     * is the same for any thread, with a future.
     *
     * @throws StackException when there is no route, no port or no memory for another connection
     */
    public void connect(Endpoint remote, TcpHandler handler) {
        connect(remote, handler, ConnectionOptions.DEFAULT);
    }

    /**
     * The same with settings that hold from the SYN on.
     *
     * @throws StackException as {@link #connect(Endpoint, TcpHandler)}
     */
    public void connect(Endpoint remote, TcpHandler handler, ConnectionOptions options) {
        connections.connect(null, remote, handler, options, null);
    }

    /**
     * Opens a connection whose first octets may travel with the SYN (TCP Fast Open, RFC 7413),
     * where the peer does that and has given us a cookie before; otherwise they follow the
     * handshake. The peer's application may see them twice when a SYN is doubled on the way, so
     * they must do no harm then (§2.1).
     *
     * @param early the first octets to send; those that find no room are lost, so at most some
     *     thousand
     * @return how many octets of {@code early} were taken
     * @throws StackException as {@link #connect(Endpoint, TcpHandler)}
     */
    public int connect(Endpoint remote, TcpHandler handler, byte[] early) {
        int tcb = connections.connect(null, remote, handler, ConnectionOptions.DEFAULT, null);
        tcp.fastOpen(tcb);
        return tcp.write(tcb, MemorySegment.ofArray(early), 0, early.length, nowNs);
    }

    /** What the lane counts. May be read by any thread. */
    public Counters counters() {
        return counters;
    }

    /** The lane's frames. They belong to the lane's thread. */
    public FramePool frames() {
        return frames;
    }

    /** The time of the present duty cycle; between cycles, the clock's. The lane only. */
    public long nowNs() {
        return isInCycle ? nowNs : clock.nanoTime();
    }

    /** Ends all connections with a RST. The lane only. */
    public void abortAll() {
        connections.abortAll(CloseReason.ABORTED);
    }

    /** Connections that exist, in whatever state. The lane only. */
    public int connectionCount() {
        return tcp.connectionCount();
    }

    /** IP, for our own modules. The lane only. */
    public Ip ip() {
        return ip;
    }

    /** TCP, for our own modules. The lane only. */
    public Tcp tcp() {
        return tcp;
    }

    /** UDP, for our own modules. The lane only. */
    public Udp udp() {
        return udp;
    }

    /** The view of a connection that handlers are given. */
    TcpConnection cursor() {
        return cursor;
    }

    Connections connections() {
        return connections;
    }

    Sockets sockets() {
        return sockets;
    }

    boolean isClosed() {
        return isClosed;
    }

    NanoClock clock() {
        return clock;
    }

    /** Passes the lane to the thread that will drive it from now on; null is none any more. */
    void startOn(@Nullable Thread thread) {
        owner.give(thread == null ? Thread.currentThread() : thread);
        isStarted = thread != null;
    }

    /** How the lane sleeps and is woken. */
    Doorbell doorbell() {
        return doorbell;
    }

    /** Whether something waits that did not come from the port. The lane only. */
    boolean hasMessages() {
        return !mailbox.isEmpty() || (steered != null && steered.hasWork());
    }

    /** What leads to the other lanes, or null when there are none. */
    @Nullable SteeredQueue steered() {
        return steered;
    }

    /** Whether the calling thread is in the midst of this lane's cycle. */
    boolean isInMyCycle() {
        return isOnLane() && isInCycle;
    }

    /** Throws in the midst of this lane's cycle, which cannot end itself. */
    void requireOutside() {
        if (isInMyCycle()) {
            throw new IllegalStateException(
                    "a handler cannot close its own stack: close it from another thread");
        }
    }

    /** Ends everything, connections with a RST. By the thread that drives the lane. */
    void close(long nowNs) {
        if (isClosed) {
            return;
        }
        connections.abortAll(CloseReason.STACK_CLOSED);
        sockets.closeAll();
        for (int i = 0; i < CLOSING_CYCLES && doWork(nowNs) > 0; i++) {
            // What is noted (RSTs, calls to onClosed) goes out.
        }
        isClosed = true;
        mailbox.run(Integer.MAX_VALUE);
        connections.failOpenings();
        queue.close();
        doorbell.close();
        tcp.close();
        frames.close();
    }

    /** Gives up a lane whose thread failed; its memory stays, because it may be what is wrong. */
    void closeAfterFailure() {
        isClosed = true;
        connections.failOpenings();
        mailbox.refuseAll();
        queue.close();
    }

    @Override
    public String toString() {
        return "lane " + index + (isClosed ? " (closed)" : "");
    }
}
