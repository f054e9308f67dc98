package io.ringway.testkit.script;

import io.ringway.TcpConnection;
import io.ringway.tcp.ConnectionOptions;
import io.ringway.tcp.TcpInfo;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The socket options that a script has set, by their names; and which of them our stack has, and
 * does when the connection is there.
 */
final class OptionValues {
    private final ScriptConfig config;
    private final Map<String, Long> values;
    private long fittedSpace;

    OptionValues(ScriptConfig config) {
        this(config, new HashMap<>());
    }

    private OptionValues(ScriptConfig config, Map<String, Long> values) {
        this.config = config;
        this.values = values;
    }

    /** What a connection gets from its listener. */
    OptionValues copy() {
        return new OptionValues(config, new HashMap<>(values));
    }

    long get(String name, long unset) {
        return values.getOrDefault(name, unset);
    }

    /** Keeps a value that changes nothing. */
    void keep(String name, long value) {
        values.put(name, value);
    }

    /** Keeps the value, and applies it to the connection if there is one. */
    void set(TcpFile file, String name, long value) {
        values.put(name, value);
        TcpConnection open = file.connection();
        if (open != null) {
            apply(open, name);
            if (name.equals("TCP_NODELAY") && value != 0 && !config.isFreeBsd()) {
                // On Linux this pushes what a cork holds back, and leaves the cork (tcp(7)).
                file.releaseMore(open);
                file.machine.settle();
                open.cork(get("TCP_CORK", 0) != 0);
            }
        } else {
            configure(file, name, value);
        }
    }

    // What the stack's configuration decides, as long as there is no stack yet.
    private void configure(TcpFile file, String name, long value) {
        switch (name) {
            case "SO_RCVBUF" -> {
                if (!file.machine.isOpen()) {
                    config.tcp.receiveBufferBytes(Math.clamp(value, 2048, 1 << 30));
                }
            }
            case "SO_SNDBUF" -> {
                if (!file.machine.isOpen()) {
                    config.tcp.sendBufferBytes(Math.clamp(value, 4608, 1 << 30));
                }
            }
            case "TCP_MAXSEG" ->
                    throw new SkipException("TCP_MAXSEG before the connection is not supported");
            default -> {
                // Applied when the connection is open.
            }
        }
    }

    /**
     * FreeBSD rounds the receive buffer up to whole segments when the connection is there, and
     * offers what it then has.
     */
    void fitReceiveSpace(TcpConnection open) {
        if (config.receiveSpace > 0) {
            fitReceiveSpace(open.info());
            open.receiveBuffer((int) fittedSpace);
        }
    }

    /** The same for a connection that is being opened, and knows how large segments may be. */
    void fitReceiveSpace(TcpInfo info) {
        if (config.receiveSpace > 0) {
            int segment = info.windows().sendMss() + (info.options().timestamps() ? 12 : 0);
            fittedSpace = Math.ceilDiv(get("SO_RCVBUF", config.receiveSpace), segment) * segment;
        }
    }

    /** What the systems do differently at the beginning: FreeBSD has no quick ACKs then. */
    void beginAsSystem(TcpConnection open) {
        if (config.isFreeBsd()) {
            open.quickAck(false);
        }
    }

    /** What {@code SO_RCVBUF} says, or -1 when the system's default holds. */
    long receiveSpace() {
        return fittedSpace > 0 ? fittedSpace : get("SO_RCVBUF", -1);
    }

    /** What a connection begins with, from its SYN or SYN-ACK on. */
    ConnectionOptions atOnce() {
        long trafficClass = get("IP_TOS", get("IPV6_TCLASS", 0));
        return ConnectionOptions.DEFAULT.withDiffserv((int) trafficClass >> 2 & 63);
    }

    /** Applies everything to a new connection. */
    void applyAll(TcpFile file, TcpConnection open) {
        for (String name : values.keySet()) {
            apply(open, name);
        }
    }

    private void apply(TcpConnection open, String name) {
        long value = get(name, 0);
        switch (name) {
            case "IP_TOS", "IPV6_TCLASS" -> open.diffserv((int) value >> 2 & 63);
            case "TCP_NODELAY" -> open.noDelay(value != 0);
            case "TCP_CORK", "TCP_NOPUSH" -> open.cork(value != 0);
            case "TCP_QUICKACK" -> open.quickAck(value != 0);
            case "TCP_NOTSENT_LOWAT" -> open.notSentLowWater(Math.clamp(value, 0, 1 << 30));
            case "TCP_LINGER2" -> {
                if (value > 0) {
                    open.finWaitTimeout(Duration.ofSeconds(value));
                }
            }
            case "SO_SNDBUF" ->
                    // Linux doubles what is asked for (socket(7)).
                    open.sendBuffer(
                            Math.clamp(config.isFreeBsd() ? value : 2 * value, 4608, 1 << 30));
            case "SO_RCVBUF" -> {
                if (!config.isFreeBsd()) {
                    open.receiveBuffer(Math.clamp(value, 2048, 1 << 30));
                }
            }
            case "SO_LINGER" -> {
                if (value != 0 && get("SO_LINGER.time", 0) > 0) {
                    open.linger(Duration.ofSeconds(get("SO_LINGER.time", 0)));
                }
            }
            case "SO_KEEPALIVE", "TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT" -> keepAlive(open);
            case "TCP_USER_TIMEOUT" -> open.userTimeout(Duration.ofMillis(value));
            default -> {
                // The others have no meaning for an open connection, or are asked when needed.
            }
        }
    }

    /** How long a connect may take, as FreeBSD has it. */
    long keepInitNs() {
        long seconds = get("TCP_KEEPINIT", 0);
        return seconds > 0 ? seconds * 1_000_000_000L : config.keepInitNs;
    }

    /** Whether the last segment to the stack was a reset. */
    boolean isReset() {
        return config.isLastReset;
    }

    /** Whether FreeBSD takes the last ICMP error for a refusal. */
    boolean isProhibited() {
        return config.isFreeBsd() && config.isLastErrorProhibition;
    }

    boolean isFreeBsd() {
        return config.isFreeBsd();
    }

    private void keepAlive(TcpConnection open) {
        boolean isOn = get("SO_KEEPALIVE", 0) != 0;
        open.keepAlive(isOn);
        boolean isSet =
                values.containsKey("TCP_KEEPIDLE")
                        || values.containsKey("TCP_KEEPINTVL")
                        || values.containsKey("TCP_KEEPCNT");
        if (isOn && isSet) {
            open.keepAlive(
                    Duration.ofSeconds(get("TCP_KEEPIDLE", 7200)),
                    Duration.ofSeconds(get("TCP_KEEPINTVL", 75)),
                    (int) get("TCP_KEEPCNT", 9));
        }
    }

    /** Whether a close is to reset: a linger time of zero. */
    boolean isResetOnClose() {
        return get("SO_LINGER", 0) != 0 && get("SO_LINGER.time", 0) == 0;
    }
}
