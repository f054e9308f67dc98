package io.ringway;

import io.ringway.layer.SourceFilter;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;

/**
 * What is asked of a lane about a UDP socket. A socket is in every lane, so most of these are sent
 * to all of them, the first lane first where something is taken and last where it is given up: who
 * gets a port there gets it everywhere.
 */
sealed interface UdpVerb extends Message
        permits UdpVerb.Bind,
                UdpVerb.Route,
                UdpVerb.Connect,
                UdpVerb.Listen,
                UdpVerb.Unbind,
                UdpArrivals,
                UdpDepartures,
                UdpDepartures.Hold,
                UdpDepartures.Resume {

    /** Binds it in one lane; the reply is its address and port. */
    record Bind(UdpReplica replica, Endpoint local, CompletableFuture<Endpoint> reply)
            implements UdpVerb {
        @Override
        public void run(Lane lane) {
            try {
                reply.complete(replica.bind(local));
            } catch (Throwable thrown) {
                reply.completeExceptionally(thrown);
            }
        }

        @Override
        public void refuse() {
            reply.completeExceptionally(closed());
        }
    }

    /** Asks how it would be connected to a peer. */
    record Route(UdpReplica replica, Endpoint remote, CompletableFuture<UdpFlow> reply)
            implements UdpVerb {
        @Override
        public void run(Lane lane) {
            try {
                reply.complete(replica.flowTo(remote));
            } catch (Throwable thrown) {
                reply.completeExceptionally(thrown);
            }
        }

        @Override
        public void refuse() {
            reply.completeExceptionally(closed());
        }
    }

    /** Connects it in one lane, or disconnects it. */
    record Connect(UdpReplica replica, @Nullable UdpFlow flow, CompletableFuture<Boolean> reply)
            implements UdpVerb {
        @Override
        public void run(Lane lane) {
            replica.connect(flow);
            reply.complete(true);
        }

        @Override
        public void refuse() {
            reply.completeExceptionally(closed());
        }
    }

    /** Has it hear a multicast group in one lane. */
    record Listen(
            UdpReplica replica,
            IpAddress group,
            SourceFilter from,
            CompletableFuture<Boolean> reply)
            implements UdpVerb {
        @Override
        public void run(Lane lane) {
            try {
                replica.listenHere(group, from);
                reply.complete(true);
            } catch (Throwable thrown) {
                reply.completeExceptionally(thrown);
            }
        }

        @Override
        public void refuse() {
            reply.completeExceptionally(closed());
        }
    }

    /** Closes it in one lane. */
    record Unbind(UdpReplica replica, CompletableFuture<Boolean> reply) implements UdpVerb {
        @Override
        public void run(Lane lane) {
            replica.unbind();
            reply.complete(true);
        }

        @Override
        public void refuse() {
            reply.complete(true);
        }
    }

    private static StackException closed() {
        return new StackException("the stack is closed");
    }
}
