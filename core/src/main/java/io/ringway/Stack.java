package io.ringway;

import io.ringway.memory.Counter;
import io.ringway.port.Port;
import io.ringway.tcp.ConnectionOptions;
import io.ringway.tcp.ListenOptions;
import io.ringway.udp.UdpConfig;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A TCP/IP stack on a port: the lanes, and what an application asks of them.
 *
 * <pre>{@code
 * var stack = Stack.open(StackConfig.of("198.18.0.1/24"), port);
 * stack.listen(7, connection -> {
 *     while (connection.available() > 0) {
 *         int echoed = connection.write(
 *                 connection.memory(), connection.viewOffset(), connection.viewLength());
 *         if (echoed == 0) {
 *             return; // we are called again when there is room
 *         }
 *         connection.consume(echoed);
 *     }
 *     if (connection.isEndOfStream()) {
 *         connection.close();
 *     }
 * });
 * stack.start();
 * }</pre>
 *
 * <p>Either {@link #start} gives each lane a thread, or the caller drives the lanes, by {@link
 * #takeLane} or by {@link Lane#doWork}. All methods may be called by any thread; where one has to
 * wait for a lane, somebody must be driving it.
 */
public final class Stack implements AutoCloseable {
    private static final Duration BALANCE_EVERY = Duration.ofSeconds(1);

    private final StackConfig config;
    private final Port port;
    private final Lanes opened;
    private final List<Lane> lanes;
    private final LaneBuckets buckets;
    private final AtomicInteger nextLane = new AtomicInteger();
    private final AtomicLong nextMember = new AtomicLong();
    private final List<LaneRunner> runners = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final LaneDrivers drivers;
    private @Nullable Thread balancer;
    private boolean isClosed;

    private Stack(StackConfig config, Port port, Lanes opened) {
        this.config = config;
        this.port = port;
        this.opened = opened;
        this.lanes = opened.all();
        this.drivers = new LaneDrivers(config, lanes);
        this.buckets = new LaneBuckets(lanes, config.lanes().buckets());
    }

    /**
     * Opens a stack on {@code port}, which belongs to it from then on: {@link #close} closes it.
     * The calling thread drives the lanes until {@link #start}, or until another thread calls
     * {@link Lane#doWork}.
     *
     * @throws io.ringway.port.PortException when the port cannot be opened
     * @throws IllegalArgumentException when the configuration does not fit the port
     */
    public static Stack open(StackConfig config, Port port) {
        long seed = config.seed().orElseGet(() -> new SecureRandom().nextLong());
        return new Stack(config, port, new Lanes(config, port, seed));
    }

    public StackConfig config() {
        return config;
    }

    public Port port() {
        return port;
    }

    public int laneCount() {
        return lanes.size();
    }

    /** Which lane has which flows, and how to change that. */
    public LaneBuckets buckets() {
        return buckets;
    }

    /** The lane of this number, from 0. */
    public Lane lane(int index) {
        return lanes.get(index);
    }

    /** What all lanes have counted together. Any thread. */
    public long counter(Counter counter) {
        long sum = 0;
        for (Lane lane : lanes) {
            sum += lane.counters().get(counter);
        }
        return sum;
    }

    /** How many connections all lanes have together, in whatever state. Any thread. */
    public CompletableFuture<Integer> connectionCount() {
        CompletableFuture<Integer> sum = CompletableFuture.completedFuture(0);
        for (Lane lane : lanes) {
            sum = sum.thenCombine(lane.submit(lane::connectionCount), Integer::sum);
        }
        return sum;
    }

    /**
     * Gives each lane a thread of its own, which drives it until the stack is closed. They are not
     * daemon threads: a program runs on for as long as its stack is open.
     *
     * @throws IllegalStateException when the stack is started already, or closed
     * @throws RuntimeException when a lane cannot have its core ({@link LanesConfig#cores}); it
     *     says which cores there are, and the stack is closed
     */
    public void start() {
        start(false);
    }

    /**
     * The same with daemon threads, which do not keep the program from ending: for programs that do
     * not know that they have a stack.
     */
    public void startDaemons() {
        start(true);
    }

    private void start(boolean isDaemon) {
        startThreads(isDaemon);
        try {
            runners.forEach(LaneRunner::awaitPinned);
        } catch (RuntimeException refused) {
            close();
            throw refused;
        }
    }

    private synchronized void startThreads(boolean isDaemon) {
        requireNotStarted();
        drivers.requireNone();
        for (Lane lane : lanes) {
            LaneRunner runner = new LaneRunner(lane, config);
            Thread thread =
                    Thread.ofPlatform()
                            .name("ringway-lane-" + lane.index())
                            .daemon(isDaemon)
                            .unstarted(runner);
            lane.startOn(thread);
            runners.add(runner);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        if (config.lanes().isBalanced() && lanes.size() > 1) {
            balancer = Thread.ofVirtual().name("ringway-balancer").start(this::balance);
        }
    }

    private void requireNotStarted() {
        if (isClosed || !threads.isEmpty()) {
            throw new IllegalStateException(
                    isClosed ? "the stack is closed" : "the stack is started already");
        }
    }

    /**
     * Gives the next lane that nobody drives to a thread of the caller's, instead of {@link
     * #start}. All lanes need one: what comes for a lane that is not driven waits for ever. Buckets
     * of flows move no more ({@link LaneBuckets#move}), since the caller's objects would not
     * follow.
     *
     * @throws IllegalStateException when each lane is driven already, or the stack is started or
     *     closed
     */
    public synchronized LaneDriver takeLane() {
        requireNotStarted();
        LaneDriver driver = drivers.take();
        buckets.stay();
        return driver;
    }

    /**
     * Waits until the stack is closed. For a main thread with nothing else to do; returns at once
     * when not started.
     */
    public void awaitClose() throws InterruptedException {
        List<Thread> waited;
        synchronized (this) {
            waited = List.copyOf(threads);
        }
        for (Thread thread : waited) {
            thread.join();
        }
    }

    /** Accepts connections to {@code port} at every address of the stack. */
    public TcpListener listen(int port, TcpHandler handler) {
        return listen(new Endpoint(IpAddress.ANY_IPV6, port), handler);
    }

    /**
     * Accepts connections to {@code local}; {@code ::} stands for every address of either version,
     * {@code 0.0.0.0} for those of IPv4.
     */
    public TcpListener listen(Endpoint local, TcpHandler handler) {
        return listen(local, handler, ListenOptions.DEFAULT);
    }

    /**
     * Accepts connections to {@code local}, as the options say.
     *
     * @throws StackException when the port is in use, or the address is not this stack's
     */
    public TcpListener listen(Endpoint local, TcpHandler handler, ListenOptions options) {
        return listenOnLanes(local, lane -> handler, options);
    }

    /**
     * The same with a handler for each lane, for those that keep something of their own: one
     * handler for all is called by the threads of all lanes at a time.
     */
    public TcpListener listenOnLanes(
            Endpoint local, Function<Lane, TcpHandler> handlers, ListenOptions options) {
        int[] listeners = new int[lanes.size()];
        for (Lane lane : lanes) {
            CompletableFuture<Integer> reply = new CompletableFuture<>();
            listeners[lane.index()] =
                    lane.ask(
                            new SocketVerb.Listen(local, handlers.apply(lane), options, reply),
                            reply);
        }
        return new TcpListener(this, local, listeners);
    }

    /**
     * The same without waiting; port 0 chooses one. The future ends on a lane, with a {@link
     * StackException} when the port is in use or the address is not this stack's.
     */
    public CompletableFuture<TcpListener> startListen(
            Endpoint local, Function<Lane, TcpHandler> handlers, ListenOptions options) {
        return TcpListener.start(this, local, handlers, options);
    }

    /**
     * Opens a connection to {@code remote}, from an address and port that the stack chooses. The
     * future gets a connection to keep, after {@link TcpHandler#onOpen}; or a {@link
     * StackException} that says why there is none.
     */
    public CompletableFuture<TcpConnection> connect(Endpoint remote, TcpHandler handler) {
        return connect(null, remote, handler);
    }

    /** The same from {@code local}, whose port may be 0 to have one chosen. */
    public CompletableFuture<TcpConnection> connect(
            @Nullable Endpoint local, Endpoint remote, TcpHandler handler) {
        return connect(local, remote, handler, ConnectionOptions.DEFAULT);
    }

    /** The same with settings that hold from the SYN on. */
    public CompletableFuture<TcpConnection> connect(
            @Nullable Endpoint local,
            Endpoint remote,
            TcpHandler handler,
            ConnectionOptions options) {
        CompletableFuture<TcpConnection> future = new CompletableFuture<>();
        Lane lane = laneToConnect();
        Consumer<Lane> open =
                home -> home.connections().connect(local, remote, handler, options, future);
        runAtHome(lane, local, remote, open, future);
        return future;
    }

    /** Runs {@code open} on a lane to which the replies come. */
    private void runAtHome(
            Lane lane,
            @Nullable Endpoint local,
            Endpoint remote,
            Consumer<Lane> open,
            CompletableFuture<?> future) {
        CompletableFuture<?> _ =
                lane.submit(
                                () -> {
                                    int home = Lanes.home(lane, local, remote);
                                    if (home == lane.index()) {
                                        open.accept(lane);
                                    } else {
                                        runAtHome(lanes.get(home), local, remote, open, future);
                                    }
                                    return home;
                                })
                        .whenComplete((_, failure) -> {
                            if (failure != null) {
                                future.completeExceptionally(failure);
                            }
                        });
    }

    /** The lane that the next connection is opened on. */
    Lane laneToConnect() {
        return lanes.get(Math.floorMod(nextLane.getAndIncrement(), lanes.size()));
    }

    /** A socket for threads that are not a lane, which is not connected yet. */
    public TcpSocket openTcpSocket() {
        return new TcpSocket(this);
    }

    /** A socket that is connected to {@code remote}; waits for as long as TCP tries. */
    public TcpSocket openTcpSocket(Endpoint remote) throws IOException {
        TcpSocket socket = new TcpSocket(this);
        socket.connect(remote);
        return socket;
    }

    /**
     * Accepts connections to {@code local} for threads that are not a lane.
     *
     * @param local the unspecified address stands for every address; port 0 chooses one
     * @throws StackException when the port is in use, or the address is not this stack's
     */
    public TcpServerSocket openTcpServerSocket(Endpoint local) {
        return openTcpServerSocket(local, ListenOptions.DEFAULT);
    }

    /** The same, as the options say. */
    public TcpServerSocket openTcpServerSocket(Endpoint local, ListenOptions options) {
        return new TcpServerSocket(this, local, options);
    }

    /**
     * Binds a UDP socket to {@code port} at every address; the handler gets what arrives, on the
     * lane where it arrives. Port 0 chooses one.
     */
    public UdpSocket bind(int port, UdpHandler handler) {
        return bind(new Endpoint(IpAddress.ANY_IPV6, port), handler);
    }

    /**
     * Binds a UDP socket to {@code local}; the unspecified address stands for every address, and
     * port 0 chooses one.
     *
     * @param handler what gets the datagrams, or null when the application asks with {@link
     *     UdpSocket#receive}
     * @return the socket in the first lane
     * @throws StackException when the port is in use, the address is not this stack's, or there are
     *     too many sockets ({@link UdpConfig#maxSockets})
     * @throws IllegalStateException when a handler calls it and there are several lanes, which it
     *     would wait for: see {@link #startBind}
     */
    public UdpSocket bind(Endpoint local, @Nullable UdpHandler handler) {
        return bind(local, handler, UdpOptions.DEFAULT);
    }

    /** The same, as the options say. */
    public UdpSocket bind(Endpoint local, @Nullable UdpHandler handler, UdpOptions options) {
        requireMayWait();
        return Lane.join(startBind(local, handler, options));
    }

    /** The same without waiting. The future ends on a lane; it is for handlers, too. */
    public CompletableFuture<UdpSocket> startBind(
            Endpoint local, @Nullable UdpHandler handler, UdpOptions options) {
        UdpLanes socket =
                new UdpLanes(this, options, (lane, all) -> new UdpSocket(lane, all, handler));
        CompletableFuture<UdpSocket> bound = new CompletableFuture<>();
        CompletableFuture<?> _ =
                socket.bind(local)
                        .whenComplete((_, failure) -> {
                            if (failure == null) {
                                bound.complete((UdpSocket) socket.replica(0));
                            } else {
                                bound.completeExceptionally(failure);
                            }
                        });
        return bound;
    }

    /** A UDP socket for threads that are not a lane; otherwise as {@link #bind}. */
    public UdpChannel openUdpChannel(Endpoint local) {
        return openUdpChannel(local, UdpOptions.DEFAULT);
    }

    /** The same, as the options say. */
    public UdpChannel openUdpChannel(Endpoint local, UdpOptions options) {
        requireMayWait();
        UdpChannel channel = new UdpChannel(this, options);
        Endpoint _ = Lane.join(channel.lanes().bind(local));
        return channel;
    }

    long nextMember() {
        return nextMember.incrementAndGet();
    }

    /** The lane that the calling thread drives, or null. */
    @Nullable Lane laneOfThisThread() {
        for (Lane lane : lanes) {
            if (lane.isOnLane()) {
                return lane;
            }
        }
        return null;
    }

    /** Throws when the calling thread is one of several lanes, and so must not wait for another. */
    void requireMayWait() {
        Lane here = laneOfThisThread();
        for (Lane lane : lanes) {
            if (here != null && !lane.isOnLane()) {
                throw new IllegalStateException(
                        "this call would block a lane until the others have answered; use the one"
                                + " that gives a future");
            }
        }
    }

    /**
     * Ends all connections with a RST, closes the sockets and the port, and frees all memory.
     * Handlers hear of it with {@link io.ringway.tcp.CloseReason#STACK_CLOSED}. Waits for the
     * lanes' threads. Does nothing the second time.
     *
     * @throws IllegalStateException when a handler calls it, whose lane it would wait for
     */
    @Override
    public void close() {
        lanes.forEach(Lane::requireOutside);
        synchronized (this) {
            if (isClosed) {
                return;
            }
            isClosed = true;
            if (balancer != null) {
                balancer.interrupt();
            }
        }
        if (threads.isEmpty()) {
            drivers.closeLanes();
        } else {
            // Those that send through others end first.
            stop(opened.owners(), lanes.size());
            stop(0, opened.owners());
        }
        port.close();
        opened.close();
    }

    private void balance() {
        try {
            while (true) {
                Thread.sleep(BALANCE_EVERY);
                buckets.rebalance().join();
            }
        } catch (InterruptedException | CompletionException | StackException closed) {
            // There is nothing to balance any more.
        }
    }

    private void stop(int from, int to) {
        runners.subList(from, to).forEach(LaneRunner::stop);
        boolean isInterrupted = false;
        for (Thread thread : threads.subList(from, to)) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    isInterrupted = true;
                }
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "stack on " + port.name();
    }
}
