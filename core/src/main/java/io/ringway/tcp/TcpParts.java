package io.ringway.tcp;

import io.ringway.layer.PacketSink;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;

/** Puts the parts of a lane's TCP together: who knows whom can be read here and nowhere else. */
final class TcpParts implements AutoCloseable {
    final CongestionControls algorithms;
    final Connections connections;
    final Listeners listeners;
    final SendQueue sendQueue;
    final Reassembly reassembly;
    final Receiver receiver;
    final ReceiveWindow receiveWindow;
    final AckPolicy ackPolicy;
    final TcpSettings settings;
    final SendBuffer sendBuffer;
    final Urgent urgent;
    final Timers timers;
    final Pacer pacer;
    final Negotiation negotiation;
    final InitialSequence initialSequence;
    final PortAllocator ports;
    final SynCache synCache;
    final TimeWaitTable timeWaitTable;
    final TimeWaits timeWaits;
    final CookieHandshakes cookies;
    final FastOpenClient fastOpenClient;
    final FastOpenServer fastOpenServer;
    final PassiveOpen passiveOpen;
    final Sender sender;
    final Ending ending;
    final TcpInput input;
    final TcpOutput output;
    final TimerActions timerActions;
    final PathMtu pathMtu;
    final ErrorArrives errorArrives;
    final TcpInfos infos;

    TcpParts(
            TcpConfig config,
            FramePool frames,
            PacketSink sink,
            Counters counters,
            TcpUser user,
            long seed) {
        PeerLimits peers = new PeerLimits(config.defence(), counters, secret(seed, 8));
        settings = new TcpSettings(config);
        listeners = new Listeners(peers, settings, user);
        FlowHash flowHash = new FlowHash(secret(seed, 1), secret(seed, 2));
        algorithms = new CongestionControls(config.congestion());
        connections =
                new Connections(config, algorithms, counters, flowHash, peers, frames.guard());
        sendQueue = new SendQueue(frames);
        reassembly = new Reassembly(frames, secret(seed, 20));
        receiveWindow = new ReceiveWindow(frames);
        ackPolicy = new AckPolicy(connections);
        receiver =
                new Receiver(
                        config,
                        frames,
                        counters,
                        connections,
                        reassembly,
                        new WindowTuning(connections, config),
                        ackPolicy);
        urgent = new Urgent(frames, connections, settings, ackPolicy);
        sendBuffer = new SendBuffer(config, settings, frames, connections);
        timers = new Timers(config, settings, connections);
        pacer = new Pacer(config.congestion(), connections, sendQueue);
        SegmentWriter writer =
                new SegmentWriter(
                        frames,
                        sink,
                        counters,
                        receiveWindow,
                        new SackBlocks(reassembly),
                        connections,
                        settings);
        Replies replies = new Replies(config, writer, counters);
        synCache =
                new SynCache(
                        config.maxHalfOpen(),
                        config.synAckRetries(),
                        config.initialRtoNs(),
                        config.maxRtoNs(),
                        peers,
                        frames.guard());
        timeWaitTable =
                new TimeWaitTable(config.maxTimeWait(), config.timeWaitNs(), frames.guard());
        RateLimit allChallenges = new RateLimit(config.challengeAcksPerSecond(), secret(seed, 5));
        int perConnection = config.defence().challengeAcksPerConnection();
        timeWaits =
                new TimeWaits(
                        config,
                        timeWaitTable,
                        connections,
                        listeners,
                        counters,
                        new ChallengeLimit(allChallenges, perConnection),
                        replies);
        Recovery recovery = new Recovery(counters);
        pathMtu = new PathMtu(config, sink, counters, connections, recovery);
        negotiation = new Negotiation(config, connections, pathMtu);
        initialSequence = new InitialSequence(secret(seed, 3));
        ports =
                new PortAllocator(
                        config.defence().firstLocalPort(),
                        config.defence().lastLocalPort(),
                        secret(seed, 4));
        RateLimit resetLimit = new RateLimit(config.resetsPerSecond(), secret(seed, 6));
        Accepting accepting =
                new Accepting(
                        config,
                        counters,
                        connections,
                        listeners,
                        peers,
                        negotiation,
                        pathMtu,
                        timers,
                        replies);
        cookies =
                new CookieHandshakes(
                        config,
                        counters,
                        negotiation,
                        initialSequence,
                        new SynCookies(secret(seed, 7), config.minMss()),
                        accepting);
        SynReceivedArrives synReceivedArrives =
                new SynReceivedArrives(
                        counters,
                        listeners,
                        synCache,
                        cookies,
                        accepting,
                        new ChallengeLimit(allChallenges, perConnection),
                        replies);
        fastOpenServer =
                new FastOpenServer(
                        counters, cookies, accepting, connections, receiver, secret(seed, 9));
        fastOpenClient = new FastOpenClient(sendQueue, config.maxFastOpenPeers());
        passiveOpen =
                new PassiveOpen(
                        config,
                        counters,
                        listeners,
                        peers,
                        synCache,
                        negotiation,
                        pathMtu,
                        initialSequence,
                        writer,
                        accepting,
                        cookies,
                        synReceivedArrives,
                        fastOpenServer);
        infos = new TcpInfos(config, connections, algorithms, recovery);
        LossTimer lossTimer = new LossTimer(timers);
        Retransmitter retransmitter =
                new Retransmitter(
                        frames, counters, sendQueue, recovery, pathMtu, writer, lossTimer, timers,
                        pacer);
        sender =
                new Sender(
                        frames,
                        sink,
                        sendBuffer,
                        counters,
                        connections,
                        sendQueue,
                        pathMtu,
                        retransmitter,
                        writer,
                        lossTimer,
                        timers,
                        pacer);
        ending =
                new Ending(
                        counters,
                        connections,
                        listeners,
                        sendQueue,
                        reassembly,
                        receiver,
                        timers,
                        settings,
                        timeWaits,
                        replies);
        ChallengeAcks challengeAcks =
                new ChallengeAcks(
                        counters, ackPolicy, new ChallengeLimit(allChallenges, perConnection));
        AckArrives ackArrives =
                new AckArrives(
                        sendBuffer,
                        counters,
                        connections,
                        sendQueue,
                        recovery,
                        new RoundTrips(connections),
                        lossTimer,
                        timers,
                        challengeAcks);
        SegmentArrives segmentArrives =
                new SegmentArrives(
                        counters,
                        connections,
                        receiver,
                        ackPolicy,
                        challengeAcks,
                        new TimestampCheck(config.defence().toleratesMissingTimestamps()),
                        new EcnState(counters, connections, ackPolicy, replies),
                        ackArrives,
                        ending,
                        timers,
                        replies,
                        urgent,
                        fastOpenClient);
        SynSentArrives synSentArrives =
                new SynSentArrives(
                        config,
                        counters,
                        connections,
                        negotiation,
                        fastOpenClient,
                        ackPolicy,
                        ending,
                        timers,
                        replies);
        input =
                new TcpInput(
                        frames,
                        counters,
                        connections,
                        segmentArrives,
                        synSentArrives,
                        passiveOpen,
                        timeWaits,
                        resetLimit,
                        replies);
        SynSender synSender =
                new SynSender(
                        config,
                        connections,
                        negotiation,
                        pathMtu,
                        settings,
                        writer,
                        fastOpenClient,
                        fastOpenServer,
                        timers,
                        counters);
        output =
                new TcpOutput(
                        config, sink, connections, sender, synSender, passiveOpen, replies, timers);
        timerActions =
                new TimerActions(
                        sink,
                        negotiation,
                        config,
                        settings,
                        counters,
                        connections,
                        recovery,
                        pathMtu,
                        lossTimer,
                        timers,
                        ending);
        errorArrives = new ErrorArrives(config, counters, connections, pathMtu, ending);
    }

    /** A secret of its own for each use, none of which tells another. */
    private static long secret(long seed, int use) {
        return Mix.mix64(seed + use * Mix.GOLDEN);
    }

    @Override
    public void close() {
        connections.close();
        timers.close();
        pacer.close();
        synCache.close();
        cookies.close();
        timeWaitTable.close();
    }
}
