package io.ringway;

import io.ringway.layer.SourceFilter;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A UDP socket in all lanes of a stack: it is bound, connected and closed in each of them, or in
 * none. Any thread; nothing here waits for a lane.
 */
final class UdpLanes {
    /** Makes what the socket is in one lane. */
    @FunctionalInterface
    interface Maker<R extends UdpReplica> {
        R make(Lane lane, UdpLanes lanes);
    }

    private final Stack stack;
    private final long member;
    private final boolean isReused;
    private final List<UdpReplica> replicas = new ArrayList<>();
    private final AtomicBoolean isClosed = new AtomicBoolean();
    private volatile @Nullable Endpoint bound;
    private volatile @Nullable UdpFlow flow;

    /**
     * @param maker makes what it is in each lane
     */
    UdpLanes(Stack stack, UdpOptions options, Maker<?> maker) {
        this.stack = stack;
        this.member = options.isShared() ? stack.nextMember() : 0;
        this.isReused = options.isReused();
        for (int i = 0; i < stack.laneCount(); i++) {
            replicas.add(maker.make(stack.lane(i), this));
        }
    }

    /** Its number among those that share the port, or 0. */
    long member() {
        return member;
    }

    boolean isReused() {
        return isReused;
    }

    UdpReplica replica(int lane) {
        return replicas.get(lane);
    }

    boolean isClosed() {
        return isClosed.get();
    }

    /** The address and port of this side; null before it is bound. */
    @Nullable Endpoint local() {
        UdpFlow connected = flow;
        return connected == null ? bound : connected.local();
    }

    @Nullable Endpoint remote() {
        UdpFlow connected = flow;
        return connected == null ? null : connected.remote();
    }

    /** Binds it in the first lane, which may choose the port, and then in the others. */
    CompletableFuture<Endpoint> bind(Endpoint wanted) {
        CompletableFuture<Endpoint> result = new CompletableFuture<>();
        CompletableFuture<?> _ =
                bindOn(0, wanted)
                        .whenComplete((chosen, failure) -> {
                            if (failure == null) {
                                bindOthers(chosen, result);
                            } else {
                                result.completeExceptionally(failure);
                            }
                        });
        return result;
    }

    private CompletableFuture<Endpoint> bindOn(int lane, Endpoint wanted) {
        CompletableFuture<Endpoint> reply = new CompletableFuture<>();
        tell(replicas.get(lane), new UdpVerb.Bind(replicas.get(lane), wanted, reply));
        return reply;
    }

    private void bindOthers(Endpoint chosen, CompletableFuture<Endpoint> result) {
        bound = chosen;
        CompletableFuture<?>[] others = new CompletableFuture<?>[replicas.size() - 1];
        for (int i = 0; i < others.length; i++) {
            others[i] = bindOn(i + 1, chosen);
        }
        CompletableFuture<?> _ =
                CompletableFuture.allOf(others)
                        .whenComplete((_, failure) -> {
                            if (failure == null) {
                                result.complete(chosen);
                            } else {
                                CompletableFuture<?> _ = close();
                                result.completeExceptionally(cause(failure));
                            }
                        });
    }

    private static Throwable cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    /** Connects it in all lanes; the first one says by which address. */
    CompletableFuture<UdpFlow> connect(Endpoint remote) {
        CompletableFuture<UdpFlow> reply = new CompletableFuture<>();
        tell(replicas.getFirst(), new UdpVerb.Route(replicas.getFirst(), remote, reply));
        return reply.thenCompose(found -> connect(found).thenApply(_ -> found));
    }

    /** Connects it as is known already; null disconnects it. */
    CompletableFuture<Void> connect(@Nullable UdpFlow found) {
        flow = found;
        CompletableFuture<?>[] all = new CompletableFuture<?>[replicas.size()];
        for (int i = 0; i < all.length; i++) {
            CompletableFuture<Boolean> reply = new CompletableFuture<>();
            tell(replicas.get(i), new UdpVerb.Connect(replicas.get(i), found, reply));
            all[i] = reply;
        }
        return CompletableFuture.allOf(all);
    }

    /** Has it hear a group from these sources in all lanes, or in none. */
    CompletableFuture<Void> listen(IpAddress group, SourceFilter from) {
        if (!group.isMulticast()) {
            throw new IllegalArgumentException(
                    "a socket listens to multicast groups only; given " + group);
        }
        CompletableFuture<?>[] all = new CompletableFuture<?>[replicas.size()];
        for (int i = 0; i < all.length; i++) {
            CompletableFuture<Boolean> reply = new CompletableFuture<>();
            tell(replicas.get(i), new UdpVerb.Listen(replicas.get(i), group, from, reply));
            all[i] = reply;
        }
        return CompletableFuture.allOf(all)
                .whenComplete((_, failure) -> {
                    if (failure != null && !from.isNone()) {
                        CompletableFuture<?> _ = listen(group, SourceFilter.NONE);
                    }
                });
    }

    /**
     * Closes it in all lanes, in the first one last: whoever can bind the port there finds all
     * other lanes told already. Does nothing the second time.
     */
    CompletableFuture<Void> close() {
        if (!isClosed.compareAndSet(false, true)) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<?>[] all = new CompletableFuture<?>[replicas.size()];
        for (int i = all.length - 1; i >= 0; i--) {
            CompletableFuture<Boolean> reply = new CompletableFuture<>();
            tell(replicas.get(i), new UdpVerb.Unbind(replicas.get(i), reply));
            all[i] = reply;
        }
        return CompletableFuture.allOf(all);
    }

    /** The same; waits until it is done, unless the calling thread is a lane. */
    void closeAndWait() {
        CompletableFuture<Void> done = close();
        if (stack.laneOfThisThread() == null) {
            done.join();
        }
    }

    private void tell(UdpReplica replica, Message message) {
        Lane to = replica.home();
        Lane here = to.isOnLane() ? null : stack.laneOfThisThread();
        if (here == null) {
            to.tell(message);
        } else {
            Message.pass(here, to, message);
        }
    }
}
