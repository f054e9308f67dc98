package io.ringway.testkit.swarm;

import io.ringway.wire.IpAddress;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link Swarm} does.
 *
 * @param connections how many it opens
 * @param server the server's address; its version is that of the whole swarm
 * @param serverPort the server's TCP port; what listens there sends back what it gets
 * @param nextHop who gets the swarm's packets: the server itself, where it is on the swarm's link,
 *     or a router
 * @param own the swarm's address on the link: the server's router to the clients
 * @param firstClient the address of the first clients; the others follow
 * @param clientAddresses addresses to spread the connections over; more are taken when they need
 *     more than {@value #PORTS} ports each
 * @param opensPerSecond at most so many opens in a second; 0 for no such limit
 * @param turnoverPerSecond connections at rest that are closed in a second, once all are open, to
 *     be opened again; 0 for none
 * @param mostOpening handshakes, or closes, under way at a time
 * @param active connections that exchange messages at a time
 * @param thinkNs time between two requests of an active connection
 * @param messagesEach requests of a connection before another one is active in its place
 * @param octets of payload in a request and in its reply, from {@value #LEAST_OCTETS} to {@value
 *     #MOST_OCTETS}
 * @param timeoutNs how long the swarm waits for an answer before it sends again
 */
public record SwarmConfig(
        int connections,
        IpAddress server,
        int serverPort,
        IpAddress nextHop,
        IpAddress own,
        IpAddress firstClient,
        int clientAddresses,
        int opensPerSecond,
        int turnoverPerSecond,
        int mostOpening,
        int active,
        long thinkNs,
        int messagesEach,
        int octets,
        long timeoutNs) {
    /** Connections that share an address, each from a port of its own. */
    public static final int PORTS = 60_000;

    /** A message begins with its time and its number. */
    public static final int LEAST_OCTETS = 16;

    /** A message fits into one segment on every link of MTU 1,500. */
    public static final int MOST_OCTETS = 1400;

    /** As many as an array of theirs can hold, and more than addresses would be there for. */
    private static final int MOST_CONNECTIONS = 1_000_000_000;

    private static final int MOST_ADDRESSES = 1 << 16;

    public SwarmConfig {
        check(connections, 1, MOST_CONNECTIONS, "the number of connections");
        check(serverPort, 1, 65_535, "the server's port");
        check(opensPerSecond, 0, 1_000_000_000, "opens in a second");
        check(turnoverPerSecond, 0, 1_000_000_000, "connections closed in a second");
        check(mostOpening, 1, 1 << 20, "handshakes at a time");
        check(active, 0, connections, "active connections");
        check(thinkNs, 0, Long.MAX_VALUE, "nanoseconds between two requests");
        check(messagesEach, 1, Integer.MAX_VALUE, "messages of an active connection");
        check(octets, LEAST_OCTETS, MOST_OCTETS, "octets of a message");
        check(timeoutNs, 1, Long.MAX_VALUE, "nanoseconds to wait for an answer");
        check(clientAddresses, 1, MOST_ADDRESSES, "addresses of clients");
        boolean isIpv4 = server.isIpv4();
        if (nextHop.isIpv4() != isIpv4
                || own.isIpv4() != isIpv4
                || firstClient.isIpv4() != isIpv4) {
            throw new IllegalArgumentException(
                    "all addresses of a swarm are of one version; given "
                            + server
                            + ", "
                            + nextHop
                            + ", "
                            + own
                            + " and "
                            + firstClient
                            + " for server, next hop, own and first client");
        }
        int addresses = addresses(connections, clientAddresses);
        if (isAmong(server, firstClient, addresses) || isAmong(nextHop, firstClient, addresses)) {
            throw new IllegalArgumentException(
                    "the server or the router to it has one of the clients' "
                            + addresses
                            + " addresses from "
                            + firstClient
                            + " on: begin with another one");
        }
    }

    private static boolean isAmong(IpAddress one, IpAddress first, int count) {
        long behind = one.low() - first.low();
        return one.high() == first.high() && behind >= 0 && behind < count;
    }

    private static int addresses(int connections, int least) {
        return Math.max(least, (connections + PORTS - 1) / PORTS);
    }

    private static void check(long value, long least, long most, String what) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    what + " must be from " + least + " to " + most + "; given " + value);
        }
    }

    /** Begins with ten thousand connections, a hundred of them active. */
    public static Builder builder() {
        return new Builder();
    }

    /** How many client addresses there are. */
    public int addresses() {
        return addresses(connections, clientAddresses);
    }

    /** How many connections each of them has at most. */
    public int portsEach() {
        return (connections + addresses() - 1) / addresses();
    }

    /** Collects the settings; what is not set stays as {@link #builder} says. */
    public static final class Builder {
        private int connections = 10_000;
        private IpAddress server = IpAddress.parse("198.18.0.1");
        private int serverPort = 7;
        private @Nullable IpAddress nextHop;
        private IpAddress own = IpAddress.parse("198.18.0.2");
        private IpAddress firstClient = IpAddress.parse("198.19.0.1");
        private int clientAddresses = 1;
        private int opensPerSecond;
        private int turnoverPerSecond;
        private int mostOpening = 1024;
        private int active = 100;
        private long thinkNs = 1_000_000_000;
        private int messagesEach = 8;
        private int octets = 64;
        private long timeoutNs = 1_000_000_000;

        private Builder() {}

        public Builder connections(int value) {
            connections = value;
            return this;
        }

        /** Where the server listens. */
        public Builder server(IpAddress address, int port) {
            server = address;
            serverPort = port;
            return this;
        }

        /** Who gets what the swarm sends, where that is not the server itself. */
        public Builder nextHop(IpAddress value) {
            nextHop = value;
            return this;
        }

        /** The swarm's own address, and that of the first clients. */
        public Builder clients(IpAddress ownAddress, IpAddress first) {
            own = ownAddress;
            firstClient = first;
            return this;
        }

        public Builder clientAddresses(int value) {
            clientAddresses = value;
            return this;
        }

        public Builder opensPerSecond(int value) {
            opensPerSecond = value;
            return this;
        }

        public Builder turnoverPerSecond(int value) {
            turnoverPerSecond = value;
            return this;
        }

        public Builder mostOpening(int value) {
            mostOpening = value;
            return this;
        }

        public Builder active(int value) {
            active = value;
            return this;
        }

        public Builder thinkNs(long value) {
            thinkNs = value;
            return this;
        }

        public Builder messagesEach(int value) {
            messagesEach = value;
            return this;
        }

        public Builder octets(int value) {
            octets = value;
            return this;
        }

        public Builder timeoutNs(long value) {
            timeoutNs = value;
            return this;
        }

        /**
         * Checks it all.
         *
         * @throws IllegalArgumentException for what cannot be; says what could
         */
        public SwarmConfig build() {
            return new SwarmConfig(
                    connections,
                    server,
                    serverPort,
                    nextHop == null ? server : nextHop,
                    own,
                    firstClient,
                    clientAddresses,
                    opensPerSecond,
                    turnoverPerSecond,
                    mostOpening,
                    active,
                    thinkNs,
                    messagesEach,
                    octets,
                    timeoutNs);
        }
    }
}
