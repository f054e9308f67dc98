package io.ringway.ip;

import io.ringway.layer.Steering;
import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.wire.MacAddress;

/** Makes the parts of IP and joins them: the only place that knows all. */
final class IpParts {
    final FramePool frames;
    final LocalAddresses addresses;
    final RouteTable routes;
    final SourceSelection sources;
    final Transports transports;
    final Pings pings;
    final PathMtuTable pathMtus;
    final PendingFrames pending;
    final LoopbackQueue loopback;
    final Neighbours neighbours;
    final DuplicateAddressDetection duplicates;
    final LinkOutput linkOutput;
    final PacketOutput packetOutput;
    final IcmpOutput icmpOutput;
    final Icmpv4 icmpv4;
    final Icmpv6 icmpv6;
    final Reassembly reassembly;
    final ReassemblyReport reassemblyReport;
    final EthernetInput ethernetInput;
    final LoopbackInput loopbackInput;
    final StrayPackets strays;
    final AddressControl control;
    final GroupReports igmp;
    final GroupReports mld;

    IpParts(
            IpConfig config,
            FramePool pool,
            Counters counters,
            FrameBatch out,
            long mac,
            int portMtu,
            long laneSeed,
            long commonSeed,
            Steering steering) {
        int mtu = config.mtu() == 0 ? portMtu : Math.min(config.mtu(), portMtu);
        IpConfig.checkMtu(mtu, config.addresses(), config.linkLocal());
        if (!MacAddress.isUnicast(mac)) {
            throw new IllegalArgumentException(
                    "the port's link address "
                            + Long.toHexString(mac)
                            + " is not one station's: 48 bits without the group bit are expected");
        }
        SeededRandom random = new SeededRandom(laneSeed);
        frames = pool;
        // One more than configured, for the link-local address that we add ourselves.
        addresses = new LocalAddresses(config.maxAddresses() + 1, config.hostAddresses());
        routes = new RouteTable(config.maxRoutes(), frames.guard());
        sources = new SourceSelection(addresses, routes);
        transports = new Transports();
        pings = new Pings(frames, counters);
        pathMtus = new PathMtuTable(counters, mtu, config.pathMtus(), config.pathMtuLifetimeNs());
        pending = new PendingFrames(frames, counters, config.pendingFrames());
        loopback = new LoopbackQueue(frames, counters, config.pendingFrames());

        // Output, from the link up.
        EthernetOutput ethernet = new EthernetOutput(frames, out, mac, config.vlan());
        Identifications identifications = new Identifications(random);
        Ipv4Output ipv4Output = new Ipv4Output(config.hopLimit(), identifications);
        Ipv6Output ipv6Output = new Ipv6Output(config.hopLimit(), random.next());
        ArpOutput arpOutput =
                new ArpOutput(frames, counters, ethernet, pending, steering.isSpeaker());
        NdpOutput ndpOutput =
                new NdpOutput(frames, counters, ipv6Output, pending, mac, steering.isSpeaker());
        ErrorReports reports = new ErrorReports(addresses, transports, pings, pathMtus);
        NeighbourTable table = new NeighbourTable(frames, config.neighbours(), random.next());
        Solicitor solicitor =
                new Solicitor(frames, addresses, sources, arpOutput, ndpOutput, reports);
        neighbours = new Neighbours(config, frames, counters, table, pending, solicitor, random);
        linkOutput =
                new LinkOutput(
                        frames,
                        counters,
                        ethernet,
                        addresses,
                        routes,
                        table,
                        neighbours,
                        pending,
                        loopback);
        Fragmenter fragmenter =
                new Fragmenter(frames, counters, ipv4Output, ipv6Output, identifications, pending);
        packetOutput =
                new PacketOutput(
                        frames,
                        counters,
                        ethernet,
                        table,
                        pathMtus,
                        ipv4Output,
                        ipv6Output,
                        linkOutput,
                        fragmenter,
                        pending);
        icmpOutput =
                new IcmpOutput(
                        frames,
                        counters,
                        packetOutput,
                        sources,
                        new IcmpLimiter(share(config.icmpErrorsPerSecond(), steering), random));

        // Input, from the top down.
        duplicates =
                new DuplicateAddressDetection(
                        config,
                        counters,
                        addresses,
                        table,
                        arpOutput,
                        ndpOutput,
                        // All lanes come to the same end at the same time.
                        new SeededRandom(commonSeed));
        IcmpLimiter echoLimiter =
                new IcmpLimiter(share(config.echoRepliesPerSecond(), steering), random);
        strays = new StrayPackets(frames, ethernet, steering);
        reassembly = new Reassembly(frames, counters, config);
        icmpv4 = new Icmpv4(frames, counters, icmpOutput, reports, pings, echoLimiter);
        NeighbourDiscovery discovery =
                new NeighbourDiscovery(
                        frames, counters, addresses, routes, neighbours, duplicates, ndpOutput);
        SeededRandom groupRandom = new SeededRandom(~laneSeed);
        igmp = new GroupReports(groupOutput(true, counters), groupRandom);
        mld = new GroupReports(groupOutput(false, counters), groupRandom);
        GroupInput groupInput = new GroupInput(frames, counters, igmp, mld);
        transports.register(groupInput);
        if (steering.isSpeaker()) {
            addresses
                    .groups()
                    .listener((group, before, after) ->
                            (group.isIpv4() ? igmp : mld).onChange(group, before, after));
        }
        icmpv6 =
                new Icmpv6(
                        frames,
                        counters,
                        icmpOutput,
                        reports,
                        pings,
                        echoLimiter,
                        discovery,
                        groupInput);
        reassemblyReport = new ReassemblyReport(frames, icmpv4, icmpv6);
        Ipv4Input ipv4Input =
                new Ipv4Input(frames, counters, addresses, transports, icmpv4, reassembly, strays);
        ExtensionHeaders extensions =
                new ExtensionHeaders(
                        frames,
                        counters,
                        transports,
                        icmpv6,
                        reassembly,
                        strays,
                        config.extensionHeaders());
        Ipv6Input ipv6Input = new Ipv6Input(frames, counters, addresses, transports, extensions);
        Arp arp =
                new Arp(
                        frames,
                        counters,
                        mac,
                        addresses,
                        routes,
                        neighbours,
                        duplicates,
                        arpOutput);
        ethernetInput =
                new EthernetInput(
                        frames, counters, addresses, ipv4Input, ipv6Input, arp, mac, config.vlan());
        loopbackInput = new LoopbackInput(frames, loopback, ipv4Input, ipv6Input);
        control = new AddressControl(addresses, routes, table, duplicates, mac, mtu);
        control.configure(config);
    }

    private GroupReportOutput groupOutput(boolean isIpv4, Counters counters) {
        return new GroupReportOutput(isIpv4, frames, counters, addresses, sources, pending);
    }

    /** What of a limit for the stack is this lane's. */
    private static int share(int limit, Steering steering) {
        return Math.ceilDiv(limit, steering.laneCount());
    }
}
