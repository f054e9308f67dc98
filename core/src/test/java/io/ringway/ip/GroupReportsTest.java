package io.ringway.ip;

import static io.ringway.ip.IpHarness.SECOND;
import static io.ringway.ip.Packets.PEER;
import static io.ringway.ip.Packets.PEER_MAC;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.layer.SourceFilter;
import io.ringway.memory.Counter;
import io.ringway.wire.Checksum;
import io.ringway.wire.IpAddress;
import io.ringway.wire.MacAddress;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The host's part of IGMPv3 (RFC 3376) and MLDv2 (RFC 3810), and what older routers hear. */
class GroupReportsTest {
    private static final IpAddress GROUP = IpAddress.parse("239.1.2.3");
    private static final IpAddress GROUP6 = IpAddress.parse("ff15::7");
    private static final IpAddress S1 = IpAddress.parse("198.18.0.11");
    private static final IpAddress S2 = IpAddress.parse("198.18.0.12");
    private static final IpAddress ROUTER6 = IpAddress.parse("fe80::1");

    private final IpHarness ip = IpHarness.create();
    private final Object socket = new Object();

    @AfterEach
    void noFrameIsLost() {
        ip.close();
    }

    private void listen(IpAddress group, SourceFilter from) {
        ip.ip.listen(socket, group, from);
        ip.advance(0);
    }

    /** The IGMP messages that were sent since this was asked before, as text. */
    private List<String> igmp() {
        List<String> messages = new ArrayList<>();
        ip.drain(frame -> {
            ByteBuffer packet = ByteBuffer.wrap(frame, 14, frame.length - 14).slice();
            assertThat(packet.get(0)).as("with an option").isEqualTo((byte) 0x46);
            assertThat(packet.get(8)).as("TTL").isEqualTo((byte) 1);
            assertThat(packet.get(9)).isEqualTo((byte) 2);
            assertThat(packet.getInt(20)).as("router alert").isEqualTo(0x9404_0000);
            assertThat(sum(frame, 14, 24)).isTrue();
            assertThat(sum(frame, 38, frame.length - 38)).isTrue();
            int to = packet.getInt(16);
            assertThat(ByteBuffer.wrap(frame).getLong() >>> 16)
                    .isEqualTo(MacAddress.ofIpv4Multicast(to));
            messages.add("to " + IpAddress.ofIpv4(to) + text(packet.position(24).slice()));
        });
        return messages;
    }

    private static boolean sum(byte[] octets, int from, int length) {
        return Checksum.isIntact(Checksum.sum(MemorySegment.ofArray(octets), from, length, 0));
    }

    private static String text(ByteBuffer message) {
        int type = message.get(0) & 0xff;
        if (type != 0x22) {
            return " %x %s".formatted(type, IpAddress.ofIpv4(message.getInt(4)));
        }
        StringBuilder text = new StringBuilder();
        message.position(8);
        for (int i = message.getShort(6); i > 0; i--) {
            int head = message.getInt();
            text.append(" %d %s".formatted(head >>> 24, IpAddress.ofIpv4(message.getInt())));
            for (int s = head & 0xffff; s > 0; s--) {
                text.append('<').append(IpAddress.ofIpv4(message.getInt()));
            }
        }
        assertThat(message.hasRemaining()).isFalse();
        return text.toString();
    }

    private void query(int code, IpAddress group, IpAddress... sources) {
        ByteBuffer query = ByteBuffer.allocate(12 + 4 * sources.length);
        query.put((byte) 0x11).put((byte) code).putShort((short) 0).putInt(group.ipv4());
        query.put((byte) 2).put((byte) 125).putShort((short) sources.length);
        for (IpAddress source : sources) {
            query.putInt(source.ipv4());
        }
        query(query.array());
    }

    private void olderQuery(int code, IpAddress group) {
        ByteBuffer query = ByteBuffer.allocate(8);
        query(query.put((byte) 0x11).put((byte) code).putInt(4, group.ipv4()).array());
    }

    private void query(byte[] message) {
        int sum =
                Checksum.finish(Checksum.sum(MemorySegment.ofArray(message), 0, message.length, 0));
        ByteBuffer.wrap(message).putShort(2, (short) sum);
        IpAddress all = IpAddress.parse("224.0.0.1");
        byte[] packet = Packets.ipv4(PEER, all, 2, message);
        packet[8] = 1;
        packet[10] = 0;
        packet[11] = 0;
        int header = Checksum.finish(Checksum.sum(MemorySegment.ofArray(packet), 0, 20, 0));
        ByteBuffer.wrap(packet).putShort(10, (short) header);
        ip.receive(
                Packets.ethernet(MacAddress.ofIpv4Multicast(all.ipv4()), PEER_MAC, 0x0800, packet));
    }

    @Test
    void joiningAndLeavingIsToldTwiceWithinASecond() {
        listen(GROUP, SourceFilter.ALL);
        assertThat(igmp()).containsExactly("to 224.0.0.22 4 239.1.2.3");
        ip.advance(SECOND);
        assertThat(igmp()).containsExactly("to 224.0.0.22 4 239.1.2.3");
        ip.advance(300 * SECOND);
        assertThat(igmp()).isEmpty();
        listen(GROUP, SourceFilter.NONE);
        ip.advance(SECOND);
        assertThat(igmp())
                .containsExactly("to 224.0.0.22 3 239.1.2.3", "to 224.0.0.22 3 239.1.2.3");
        ip.expectCount(Counter.GROUP_REPORTS, 4);
    }

    @Test
    void changesOfSourcesAreTold() {
        listen(GROUP, SourceFilter.only(List.of(S1)));
        ip.advance(2 * SECOND);
        assertThat(igmp())
                .containsExactly(
                        "to 224.0.0.22 5 239.1.2.3<198.18.0.11",
                        "to 224.0.0.22 5 239.1.2.3<198.18.0.11");
        listen(GROUP, SourceFilter.only(List.of(S2)));
        assertThat(igmp())
                .containsExactly("to 224.0.0.22 5 239.1.2.3<198.18.0.12 6 239.1.2.3<198.18.0.11");
        listen(GROUP, SourceFilter.allBut(List.of(S1)));
        assertThat(igmp()).containsExactly("to 224.0.0.22 4 239.1.2.3<198.18.0.11");
        ip.advance(2 * SECOND);
        assertThat(igmp()).containsExactly("to 224.0.0.22 4 239.1.2.3<198.18.0.11");
        listen(GROUP, SourceFilter.ALL);
        assertThat(igmp()).containsExactly("to 224.0.0.22 5 239.1.2.3<198.18.0.11");
    }

    @Test
    void aQueryIsAnsweredWithinItsTimeAndOnce() {
        listen(GROUP, SourceFilter.allBut(List.of(S1)));
        ip.advance(2 * SECOND);
        igmp();
        query(100, IpAddress.ANY_IPV4);
        query(100, IpAddress.ANY_IPV4);
        assertThat(igmp()).as("not at once").isEmpty();
        ip.advance(10 * SECOND);
        assertThat(igmp()).containsExactly("to 224.0.0.22 2 239.1.2.3<198.18.0.11");
        query(10, GROUP);
        ip.advance(SECOND);
        assertThat(igmp()).containsExactly("to 224.0.0.22 2 239.1.2.3<198.18.0.11");
        query(10, GROUP, S1, S2);
        ip.advance(SECOND);
        assertThat(igmp()).containsExactly("to 224.0.0.22 1 239.1.2.3<198.18.0.12");
        query(10, GROUP, S1);
        query(10, IpAddress.parse("239.9.9.9"));
        ip.advance(SECOND);
        assertThat(igmp()).as("nothing to say").isEmpty();
        ip.expectCount(Counter.GROUP_QUERIES, 6);
    }

    @Test
    void aRouterOfVersion2IsToldInItsOwn() {
        olderQuery(100, IpAddress.ANY_IPV4);
        listen(GROUP, SourceFilter.only(List.of(S1)));
        assertThat(igmp()).containsExactly("to 239.1.2.3 16 239.1.2.3");
        ip.advance(10 * SECOND);
        assertThat(igmp()).containsExactly("to 239.1.2.3 16 239.1.2.3");
        olderQuery(100, IpAddress.ANY_IPV4);
        ip.advance(10 * SECOND);
        assertThat(igmp()).containsExactly("to 239.1.2.3 16 239.1.2.3");
        listen(GROUP, SourceFilter.NONE);
        assertThat(igmp()).containsExactly("to 224.0.0.2 17 239.1.2.3");
        ip.advance(400 * SECOND);
        listen(GROUP, SourceFilter.ALL);
        assertThat(igmp()).as("it is gone").containsExactly("to 224.0.0.22 4 239.1.2.3");
    }

    @Test
    void aRouterOfVersion1HearsNoLeaving() {
        olderQuery(0, IpAddress.ANY_IPV4);
        listen(GROUP, SourceFilter.ALL);
        assertThat(igmp()).containsExactly("to 239.1.2.3 12 239.1.2.3");
        listen(GROUP, SourceFilter.NONE);
        assertThat(igmp()).isEmpty();
    }

    @Test
    void whatIsMalformedIsCounted() {
        query(new byte[] {0x11, 100, 0, 0, 0, 0, 0, 0, 2, 125, 0, 9});
        query(new byte[] {0x11, 100, 0, 0});
        ip.expectCount(Counter.GROUP_MALFORMED, 2).expectNothing();
    }

    @Test
    void groupsOfEveryHostAndOfOneHostAreNotReported() {
        listen(IpAddress.parse("224.0.0.1"), SourceFilter.ALL);
        listen(IpAddress.ALL_NODES, SourceFilter.ALL);
        listen(IpAddress.parse("ff01::101"), SourceFilter.ALL);
        ip.advance(2 * SECOND).expectNothing();
    }

    private List<String> mld() {
        List<String> messages = new ArrayList<>();
        ip.drain(frame -> {
            ByteBuffer packet = ByteBuffer.wrap(frame, 14, frame.length - 14).slice();
            assertThat(packet.get(7)).as("hop limit").isEqualTo((byte) 1);
            assertThat(packet.getLong(40)).as("router alert").isEqualTo(0x3a00_0502_0000_0100L);
            assertThat(packet.getLong(8) >>> 48).as("link-local").isEqualTo(0xfe80);
            IpAddress to = new IpAddress(packet.getLong(24), packet.getLong(32));
            int type = packet.get(48) & 0xff;
            int at = type == 143 ? 60 : 56;
            IpAddress group = new IpAddress(packet.getLong(at), packet.getLong(at + 8));
            String record = type == 143 ? " " + packet.get(56) : "";
            messages.add("to " + to + " " + type + record + " " + group);
        });
        return messages;
    }

    private void mldQuery(boolean isOlder) {
        byte[] body = new byte[isOlder ? 16 : 20];
        if (!isOlder) {
            body[16] = 2;
            body[17] = 125;
        }
        byte[] packet =
                Packets.ipv6(
                        ROUTER6,
                        IpAddress.ALL_NODES,
                        58,
                        1,
                        Packets.icmpv6(ROUTER6, IpAddress.ALL_NODES, 130, 0, 1000 << 16, body));
        ip.receive(Packets.ethernet(MacAddress.ofIpv6Multicast(1), PEER_MAC, 0x86dd, packet));
    }

    @Test
    void mldDoesTheSame() {
        listen(GROUP6, SourceFilter.ALL);
        ip.advance(SECOND);
        assertThat(mld()).containsExactly("to ff02::16 143 4 ff15::7", "to ff02::16 143 4 ff15::7");
        mldQuery(false);
        ip.advance(SECOND);
        assertThat(mld()).containsExactly("to ff02::16 143 2 ff15::7");
        listen(GROUP6, SourceFilter.NONE);
        ip.advance(SECOND);
        assertThat(mld()).containsExactly("to ff02::16 143 3 ff15::7", "to ff02::16 143 3 ff15::7");
    }

    @Test
    void anOlderMldRouterIsToldInItsOwn() {
        mldQuery(true);
        listen(GROUP6, SourceFilter.ALL);
        assertThat(mld()).containsExactly("to ff15::7 131 ff15::7");
        listen(GROUP6, SourceFilter.NONE);
        assertThat(mld()).containsExactly("to ff02::2 132 ff15::7");
    }

    @Test
    void codesGrowAsFloatingPointNumbers() {
        assertThat(GroupQuery.decode8(127)).isEqualTo(127);
        assertThat(GroupQuery.decode8(0x80)).isEqualTo(128);
        assertThat(GroupQuery.decode8(0xff)).isEqualTo(31_744);
        assertThat(GroupQuery.decode16(0x8000)).isEqualTo(32_768);
        assertThat(GroupQuery.decode16(0xffff)).isEqualTo(8_387_584);
    }
}
