package io.ringway.testkit;

import io.ringway.Lane;
import io.ringway.Stack;
import io.ringway.memory.FramePool;
import io.ringway.wire.Endpoint;
import io.ringway.wire.EthernetHeader;
import io.ringway.wire.IpProtocol;
import io.ringway.wire.Ipv4Header;
import io.ringway.wire.UdpHeader;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Puts datagrams into a lane as if they had just come from its port, whatever lane it is. */
final class UdpFrames {
    private static final int NETWORK = EthernetHeader.LENGTH;
    private static final int TRANSPORT = NETWORK + Ipv4Header.MIN_LENGTH;
    private static final int PAYLOAD = TRANSPORT + UdpHeader.LENGTH;

    private UdpFrames() {}

    /** A datagram arrives at {@code lane}, with a verified checksum. */
    static void arrive(Stack stack, int lane, Endpoint from, Endpoint to, byte[] payload) {
        Lane at = stack.lane(lane);
        FramePool frames = at.frames();
        int frame = frames.allocate();
        frames.range(frame, FramePool.RECEIVE_START, PAYLOAD + payload.length);
        write(frames.memory(), frames.data(frame), stack.port().macAddress(), from, to, payload);
        frames.checksum(frame, FramePool.CHECKSUM_VERIFIED);
        frames.stamp(frame, at.nowNs());
        at.ip().onFrame(frame, at.nowNs());
    }

    private static void write(
            MemorySegment memory, long at, long mac, Endpoint from, Endpoint to, byte[] payload) {
        new EthernetHeader()
                .wrap(memory, at)
                .set(mac, 0x02_00_00_00_00_09L, EthernetHeader.TYPE_IPV4);
        Ipv4Header ip = new Ipv4Header().wrap(memory, at + NETWORK);
        memory.asSlice(at + NETWORK, Ipv4Header.MIN_LENGTH).fill((byte) 0);
        memory.set(ValueLayout.JAVA_BYTE, at + NETWORK, (byte) 0x45);
        memory.set(ValueLayout.JAVA_BYTE, at + NETWORK + 8, (byte) 64);
        memory.set(ValueLayout.JAVA_BYTE, at + NETWORK + 9, (byte) IpProtocol.UDP);
        ip.totalLength(PAYLOAD - NETWORK + payload.length);
        address(memory, at + NETWORK + 12, from);
        address(memory, at + NETWORK + 16, to);
        ip.updateChecksum();
        new UdpHeader()
                .wrap(memory, at + TRANSPORT)
                .set(from.port(), to.port(), UdpHeader.LENGTH + payload.length, 0);
        MemorySegment.copy(payload, 0, memory, ValueLayout.JAVA_BYTE, at + PAYLOAD, payload.length);
    }

    private static void address(MemorySegment memory, long at, Endpoint of) {
        int octets = (int) of.address().low();
        for (int i = 0; i < 4; i++) {
            memory.set(ValueLayout.JAVA_BYTE, at + i, (byte) (octets >>> (24 - 8 * i)));
        }
    }
}
