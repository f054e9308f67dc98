package io.ringway.testkit.script;

import io.ringway.testkit.script.LivePacket.Segment;
import io.ringway.wire.TcpHeader;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A connection as the script sees it: how the script's numbers and the real ones belong together.
 *
 * <p>In segments with SYN the script's numbers are absolute, in all others they count from the
 * sender's first SYN. The peer's initial number is the script's own; ours is chosen by the stack,
 * and learned from its SYN. Time stamps that the stack sends are known by what the script calls
 * them.
 */
final class Flow {
    enum State {
        /** A socket that has done nothing yet. */
        NEW,
        LISTENING,
        CONNECTING,
        SYN_SENT,
        SYN_RECEIVED,
        SYN_ACK_SENT,
        OPEN
    }

    private static final long MAX_U32 = 0xffff_ffffL;

    final int protocol;
    State state = State.NEW;
    int localPort;
    int remotePort;
    int localIsn;
    int remoteIsn;
    long scriptLocalIsn;

    /** Whether the peer's last segment was a reset, behind which a SYN begins anew. */
    boolean isReset;

    /** Whether the peer opened it. */
    boolean isServer;

    /** Whether data that came with the opener's SYN was taken. */
    boolean isSynDataTaken;

    private final Map<String, String> cookies;

    private final Map<Long, Integer> liveTimestamps = new HashMap<>();
    private boolean hasTimestamp;
    private int ownShift;
    private boolean hasPeerShift;
    private long firstScriptTimestamp;
    private int firstLiveTimestamp;

    Flow(int protocol, Map<String, String> cookies) {
        this.protocol = protocol;
        this.cookies = cookies;
    }

    /** What the stack must receive for a number of the peer. */
    int remoteSeq(long script, boolean isSyn) {
        return (int) script + (isSyn ? 0 : remoteIsn);
    }

    /** The same for a number of ours. */
    int localSeq(long script, boolean isSyn) {
        return (int) script + localIsn - (isSyn ? (int) scriptLocalIsn : 0);
    }

    long scriptRemote(int live, boolean isSyn) {
        return (live - remoteSeq(0, isSyn)) & MAX_U32;
    }

    long scriptLocal(int live, boolean isSyn) {
        return (live - localSeq(0, isSyn)) & MAX_U32;
    }

    /** The segment in the script's numbers; its time stamps stay as they are. */
    PacketSpec.Tcp toScript(LivePacket packet, Segment segment) {
        boolean isSyn = segment.has(TcpHeader.SYN);
        List<OptionSpec> options = new ArrayList<>();
        for (OptionSpec option : segment.options()) {
            options.add(option instanceof OptionSpec.Sack sack ? shifted(sack, isSyn) : option);
        }
        return new PacketSpec.Tcp(
                new PacketSpec.Ip(
                        PacketSpec.TosCheck.TOS, packet.tos(), packet.flowLabel(), packet.ttl()),
                packet.sourcePort(),
                packet.destinationPort(),
                segment.flags(),
                -1,
                scriptLocal(segment.seq(), isSyn),
                packet.payload().length,
                segment.has(TcpHeader.ACK)
                        ? scriptRemote(segment.ack(), isSyn)
                        : segment.ack() & MAX_U32,
                segment.window(),
                segment.urgent(),
                options);
    }

    private OptionSpec shifted(OptionSpec.Sack sack, boolean isSyn) {
        List<OptionSpec.Block> blocks = new ArrayList<>();
        for (OptionSpec.Block block : sack.blocks()) {
            blocks.add(
                    new OptionSpec.Block(
                            scriptRemote((int) block.start(), isSyn),
                            scriptRemote((int) block.end(), isSyn)));
        }
        return new OptionSpec.Sack(blocks);
    }

    /** The script calls the stack's time stamp {@code live} by the name {@code script}. */
    void learnTimestamp(long script, int live) {
        liveTimestamps.put(script, live);
        if (!hasTimestamp) {
            hasTimestamp = true;
            firstScriptTimestamp = script;
            firstLiveTimestamp = live;
        }
    }

    /** What the script would call a time stamp, when its clock runs as fast as ours. */
    long scriptTimestamp(int live) {
        return hasTimestamp
                ? (firstScriptTimestamp + (live - firstLiveTimestamp)) & MAX_U32
                : live & MAX_U32;
    }

    /** Takes note of the window shift in a SYN; both sides must offer one. */
    void learnShift(boolean isOwn, PacketSpec.Tcp segment) {
        List<OptionSpec> options = segment.options();
        if (!segment.has(TcpHeader.SYN) || options == null) {
            return;
        }
        for (OptionSpec option : options) {
            if (option instanceof OptionSpec.WindowScale(int offered)) {
                ownShift = isOwn ? offered : ownShift;
                hasPeerShift |= !isOwn;
            }
        }
    }

    /** The shift of our windows. */
    int shift() {
        return hasPeerShift ? ownShift : 0;
    }

    /** Cookies are known by what scripts call them, for the stack makes its own. */
    void learnCookie(String script, String live) {
        if (isServer && !script.isEmpty() && script.length() == live.length()) {
            cookies.put(script, live);
        }
    }

    /** The cookie that a script means. */
    String liveCookie(String script) {
        return cookies.getOrDefault(script, script);
    }

    /**
     * The stack's time stamp for what the script calls {@code script}: the very one that it sent
     * under this name, or one as far from the first as the script says.
     */
    int liveTimestamp(long script) {
        Integer live = liveTimestamps.get(script);
        if (live != null) {
            return live;
        }
        return hasTimestamp
                ? (int) (script - firstScriptTimestamp) + firstLiveTimestamp
                : (int) script;
    }
}
