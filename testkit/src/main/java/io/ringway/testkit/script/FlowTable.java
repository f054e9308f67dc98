package io.ringway.testkit.script;

import io.ringway.testkit.script.LivePacket.Segment;
import io.ringway.wire.IpProtocol;
import io.ringway.wire.TcpHeader;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/**
 * Which connection the packets of a script are of. As in the original there is one under test at a
 * time: the last socket that was made, or the connection that the last SYN to a listener began.
 */
final class FlowTable {
    private static final int FIRST_REMOTE_PORT = 40_001;

    private final ScriptConfig config;
    private @Nullable Flow current;
    private @Nullable ScriptFile currentFile;
    private final Map<String, String> cookies = new HashMap<>();
    private int nextRemotePort = FIRST_REMOTE_PORT;

    FlowTable(ScriptConfig config) {
        this.config = config;
    }

    @Nullable Flow current() {
        return current;
    }

    /** The socket that the connection under test is of, as long as it is the one that was made. */
    @Nullable ScriptFile currentFile() {
        return currentFile;
    }

    /** The stack's own cookie for the peer, which scripts call by a name. */
    void cookie(String name, String live) {
        cookies.put(name, live);
    }

    void onSocket(int protocol, ScriptFile file) {
        current = new Flow(protocol, cookies);
        currentFile = file;
    }

    void onListen(TcpFile file) {
        Flow flow = current;
        if (flow != null && file.equals(currentFile)) {
            flow.state = Flow.State.LISTENING;
        }
    }

    void onBind(ScriptFile file, int port) {
        Flow flow = current;
        if (flow != null && file.equals(currentFile)) {
            flow.localPort = port;
            flow.remotePort = config.connectPort();
        }
    }

    void onConnect(ScriptFile file, int port) {
        Flow flow = current;
        if (flow != null && file.equals(currentFile) && flow.state == Flow.State.NEW) {
            flow.state = Flow.State.CONNECTING;
            flow.remotePort = port;
        }
    }

    /** A socket that was disconnected is used for another connection. */
    void onReuse(ScriptFile file) {
        current = new Flow(IpProtocol.TCP, cookies);
        currentFile = file;
    }

    /** The connection that a segment to the stack belongs to; a first SYN begins one. */
    Flow inbound(PacketSpec.Tcp spec) {
        Flow flow = current;
        if (flow == null || flow.state == Flow.State.LISTENING) {
            flow = new Flow(IpProtocol.TCP, cookies);
            flow.state = Flow.State.SYN_RECEIVED;
            flow.isServer = true;
            flow.localPort = config.bindPort();
            flow.remotePort = nextRemotePort++;
            flow.remoteIsn = (int) spec.seq();
            current = flow;
            currentFile = null;
        } else if (flow.isReset && flow.isServer && spec.isFirstSyn()) {
            flow.state = Flow.State.SYN_RECEIVED;
            flow.remoteIsn = (int) spec.seq();
        } else if (flow.state == Flow.State.SYN_ACK_SENT && spec.has(TcpHeader.ACK)) {
            flow.state = Flow.State.OPEN;
        } else if (flow.state == Flow.State.SYN_SENT
                && spec.has(TcpHeader.SYN)
                && spec.has(TcpHeader.ACK)) {
            flow.state = Flow.State.OPEN;
            flow.remoteIsn = (int) spec.seq();
        }
        flow.isReset = spec.has(TcpHeader.RST);
        return flow;
    }

    /** The connection that a segment of the stack is expected of. */
    Flow outbound(PacketSpec.Tcp spec) {
        Flow flow = current;
        if (flow == null) {
            throw new ScriptFailure("there is no socket that could send this");
        }
        if (flow.state == Flow.State.CONNECTING
                && spec.has(TcpHeader.SYN)
                && !spec.has(TcpHeader.ACK)) {
            flow.state = Flow.State.SYN_SENT;
            flow.scriptLocalIsn = Math.max(0, spec.seq());
        }
        if (flow.state == Flow.State.SYN_RECEIVED
                && spec.has(TcpHeader.SYN)
                && spec.has(TcpHeader.ACK)) {
            flow.scriptLocalIsn = Math.max(0, spec.seq());
        }
        return flow;
    }

    /** Whether the stack's packet is of the connection under test. */
    static boolean isOf(Flow flow, LivePacket packet) {
        if (packet.protocol() != flow.protocol || packet.destinationPort() != flow.remotePort) {
            return false;
        }
        if (flow.localPort == 0 && flow.state == Flow.State.SYN_SENT) {
            // Connections before it may still have something to say.
            Segment segment = packet.tcp();
            return segment != null && segment.has(TcpHeader.SYN);
        }
        if (flow.localPort == 0 && flow.protocol == IpProtocol.UDP) {
            return true;
        }
        return packet.sourcePort() == flow.localPort;
    }

    /** Learns what the stack chose: its port and its initial number. */
    static void learn(Flow flow, LivePacket packet) {
        Segment segment = packet.tcp();
        if (flow.localPort == 0) {
            flow.localPort = packet.sourcePort();
        }
        if (segment == null || !segment.has(TcpHeader.SYN)) {
            return;
        }
        if (flow.state == Flow.State.SYN_RECEIVED && segment.has(TcpHeader.ACK)) {
            flow.state = Flow.State.SYN_ACK_SENT;
            flow.localIsn = segment.seq();
        } else if (flow.state == Flow.State.SYN_SENT && !segment.has(TcpHeader.ACK)) {
            flow.localIsn = segment.seq();
        }
    }
}
