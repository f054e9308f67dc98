package io.ringway.ip;

import io.ringway.layer.IcmpError;
import io.ringway.layer.PacketInfo;
import io.ringway.layer.PacketSink;
import io.ringway.layer.SourceFilter;
import io.ringway.layer.Steering;
import io.ringway.layer.TransportProtocol;
import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.port.PortCapabilities;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpPrefix;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * IP of both versions over Ethernet, for one lane: what lies between its port queue and its
 * transports.
 *
 * <p>Frames come in by {@link #onFrame}; input never sends, but notes what is to be sent, and
 * {@link #poll} appends that to the output. Transports send by {@link PacketSink}, in the output
 * step. Time is an argument, in nanoseconds of a clock that never goes back; all methods belong to
 * the lane's thread.
 */
public final class Ip implements PacketSink {
    private static final int MAX_ECHO_PAYLOAD = 65_535 - 40 - 8;

    private final FrameBatch out;
    private final PortCapabilities capabilities;
    private final IpParts parts;
    private long lastNs;

    /**
     * IP with the addresses and routes of {@code config}.
     *
     * @param out where frames to be sent are appended
     * @param capabilities what the port does by itself
     * @param macAddress of the port, in the lower 48 bits
     * @param mtu of the port, in octets of an IP packet
     * @param seed for all that must not be foreseen: delays, identifications, hashing
     * @throws IllegalArgumentException when the MTU does not fit the configuration, or the MAC
     *     address is a group's
     */
    public Ip(
            IpConfig config,
            FramePool frames,
            Counters counters,
            FrameBatch out,
            PortCapabilities capabilities,
            long macAddress,
            int mtu,
            long seed) {
        this(
                config,
                frames,
                counters,
                out,
                capabilities,
                macAddress,
                mtu,
                seed,
                seed,
                Steering.ALONE);
    }

    /**
     * IP of one lane of several.
     *
     * @param laneSeed for what must differ from lane to lane
     * @param commonSeed for what all lanes must do alike
     * @param steering what this lane knows of the others
     */
    public Ip(
            IpConfig config,
            FramePool frames,
            Counters counters,
            FrameBatch out,
            PortCapabilities capabilities,
            long macAddress,
            int mtu,
            long laneSeed,
            long commonSeed,
            Steering steering) {
        this.out = out;
        this.capabilities = capabilities;
        this.parts =
                new IpParts(
                        config,
                        frames,
                        counters,
                        out,
                        macAddress,
                        mtu,
                        laneSeed,
                        commonSeed,
                        steering);
    }

    /**
     * Adds a transport, or whoever else takes a protocol number.
     *
     * @throws IllegalStateException when its number is taken
     */
    public void register(TransportProtocol transport) {
        parts.transports.register(transport);
    }

    /**
     * Takes a frame from the port, whose data begins with the Ethernet header; one hold of it
     * passes.
     */
    public void onFrame(int frame, long nowNs) {
        lastNs = nowNs;
        parts.ethernetInput.onFrame(frame, nowNs);
    }

    /**
     * Does what time brings: packets to ourselves are delivered, neighbours and fragments time out,
     * addresses are checked.
     *
     * @return how many things were done
     */
    public int expire(long nowNs) {
        lastNs = nowNs;
        return parts.loopbackInput.deliver(nowNs)
                + parts.neighbours.expire(nowNs)
                + parts.reassembly.expire(nowNs, parts.reassemblyReport)
                + parts.duplicates.expire(nowNs)
                + parts.igmp.expire(nowNs)
                + parts.mld.expire(nowNs)
                + parts.pathMtus.expire(nowNs);
    }

    /**
     * Appends what input and timers have noted to the output, while it has room.
     *
     * @param limit how many frames at most
     * @return how many went
     */
    public int poll(long nowNs, int limit) {
        lastNs = nowNs;
        return parts.pending.isEmpty()
                ? 0
                : parts.pending.drain(out, parts.linkOutput, limit, nowNs);
    }

    /**
     * When {@link #expire} or {@link #poll} is next of use: the time of the latest call when
     * something waits already, {@link Long#MAX_VALUE} when nothing ever will by itself.
     */
    public long nextDeadlineNs() {
        if (!parts.pending.isEmpty() || !parts.loopback.isEmpty()) {
            return lastNs;
        }
        long deadline =
                Math.min(
                        Math.min(
                                parts.neighbours.nextDeadlineNs(),
                                parts.reassembly.nextDeadlineNs()),
                        Math.min(
                                parts.duplicates.nextDeadlineNs(),
                                parts.pathMtus.nextDeadlineNs()));
        long groups = Math.min(parts.igmp.nextDeadlineNs(), parts.mld.nextDeadlineNs());
        return Math.max(Math.min(deadline, groups), lastNs);
    }

    @Override
    public void send(int frame, PacketInfo info, long nowNs) {
        parts.packetOutput.send(frame, info, nowNs);
    }

    @Override
    public int room() {
        return out.room();
    }

    @Override
    public int mtu(PacketInfo info) {
        return parts.pathMtus.get(info.destinationHigh, info.destinationLow);
    }

    @Override
    public int linkMtu(PacketInfo info) {
        return parts.pathMtus.linkMtu();
    }

    @Override
    public void learnMtu(PacketInfo info, int mtu, long nowNs) {
        parts.pathMtus.learn(info.destinationHigh, info.destinationLow, mtu, nowNs);
    }

    @Override
    public boolean chooseSource(PacketInfo info) {
        return parts.sources.choose(info);
    }

    @Override
    public boolean isLocal(long high, long low) {
        return parts.linkOutput.isLocal(high, low);
    }

    @Override
    public boolean isGroup(long high, long low) {
        return parts.sources.isGroup(high, low);
    }

    @Override
    public void listen(Object socket, IpAddress group, SourceFilter from) {
        parts.addresses.groups().listen(socket, group, from);
    }

    @Override
    public void rejectPort(int frame, PacketInfo info, long nowNs) {
        if (info.isIpv4()) {
            parts.icmpv4.rejectPort(frame, info, nowNs);
        } else {
            parts.icmpv6.rejectPort(frame, info, nowNs);
        }
        parts.frames.release(frame);
    }

    /**
     * As the interface says; {@code info} is that of a packet to the peer, with the hint it got.
     */
    @Override
    public void confirmReachable(PacketInfo info, long nowNs) {
        parts.neighbours.confirm(info.hint, nowNs);
    }

    @Override
    public void doubtReachable(PacketInfo info, long nowNs) {
        parts.neighbours.doubt(info.hint, nowNs);
    }

    @Override
    public void lowerMtu(IcmpError error, long nowNs) {
        parts.pathMtus.lower(error.remoteHigh, error.remoteLow, error.mtu, nowNs);
    }

    @Override
    public boolean hasChecksumOffload() {
        return capabilities.transmitChecksum();
    }

    @Override
    public int maxSegmentationLength() {
        return capabilities.maxSegmentationLength();
    }

    @Override
    public int maxDatagramSegmentationLength() {
        return capabilities.udpSegmentation() && capabilities.transmitChecksum()
                ? capabilities.maxSegmentationLength()
                : 0;
    }

    @Override
    public boolean handOver(int frame, PacketInfo info) {
        return parts.strays.take(frame, info);
    }

    /** Octets of the largest IP packet of the link. */
    public int linkMtu() {
        return parts.pathMtus.linkMtu();
    }

    /** Every address and how far it is in use. Control path. */
    public List<LocalAddress> addresses() {
        return parts.addresses.list();
    }

    /**
     * Adds an address and the route to its network, and begins to check it. Control path.
     *
     * @throws IllegalArgumentException when it cannot be an address of ours
     * @throws IllegalStateException when it is there already, or there are too many
     */
    public void addAddress(IpPrefix address) {
        parts.control.addAddress(address);
    }

    /**
     * Takes an address away, and the route to its network if no other address needs it; false when
     * it is not ours.
     */
    public boolean removeAddress(IpAddress address) {
        return parts.control.removeAddress(address);
    }

    /** Every route, those looked at first in front. Control path. */
    public List<Route> routes() {
        return parts.routes.list();
    }

    /**
     * Adds a route; one that is there already is left alone. Control path.
     *
     * @throws IllegalStateException when there are too many
     */
    public void addRoute(Route route) {
        parts.control.addRoute(route);
    }

    /** Takes a route away; false when it is not there. Control path. */
    public boolean removeRoute(Route route) {
        return parts.control.removeRoute(route);
    }

    /** The neighbour table, for display. */
    public List<Neighbour> neighbours() {
        return parts.neighbours.list();
    }

    /** Sets who hears of echo replies; null for nobody. */
    public void echoListener(@Nullable EchoListener listener) {
        parts.pings.listener(listener);
    }

    /**
     * Notes an ICMP or ICMPv6 echo request, to be sent in the output step.
     *
     * @param identifier 16 bits that tell whose reply it is
     * @param sequence 16 bits that tell which
     * @param hopLimit 1 to 255, or 0 for the configured default
     * @param payload where the data comes from
     * @param length octets of data, 0 to 65,487
     * @return false when there is no route, no source address, or no frame for it
     */
    public boolean ping(
            IpAddress destination,
            int identifier,
            int sequence,
            int hopLimit,
            MemorySegment payload,
            long offset,
            int length) {
        if (length < 0 || length > MAX_ECHO_PAYLOAD) {
            throw new IllegalArgumentException(
                    "an echo request carries 0 to "
                            + MAX_ECHO_PAYLOAD
                            + " octets; given "
                            + length);
        }
        if (hopLimit < 0 || hopLimit > 255) {
            throw new IllegalArgumentException(
                    "hopLimit must be 1 to 255, or 0 for the default; given " + hopLimit);
        }
        return parts.icmpOutput.echoRequest(
                destination.high(),
                destination.low(),
                identifier,
                sequence,
                hopLimit,
                payload,
                offset,
                length);
    }
}
