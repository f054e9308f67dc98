package io.ringway.testkit.script;

import io.ringway.tcp.MtuProbing;
import io.ringway.tcp.TcpConfig;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How one script is run: what its options and its first commands say, on top of a profile.
 *
 * <p>Not thread-safe; one for each run.
 */
final class ScriptConfig {
    private static final int DEFAULT_PORT = 8080;

    private final List<String> notes = new ArrayList<>();
    private boolean isIpv6;
    private boolean isMapped;
    private boolean isFreeBsd;
    private long toleranceUs = 4000;
    private double tolerancePercent = -1;
    private long timestampTickUs;
    private int mtu = 1500;
    private int bindPort = DEFAULT_PORT;
    private int connectPort = DEFAULT_PORT;
    private boolean isStrictSegments;
    private boolean isDryRun;
    private int receiveBuffer;
    private int sendBuffer;

    private final List<String> lacks = new ArrayList<>();

    /** What FreeBSD's sockets begin with for receiving: rounded up to whole segments; or 0. */
    int receiveSpace;

    /** Whether the last ICMP error was that somebody prohibits it. */
    boolean isLastErrorProhibition;

    /** Whether the last segment to the stack was a reset. */
    boolean isLastReset;

    /** How long FreeBSD's sockets try to connect. */
    long keepInitNs = 75_000_000_000L;

    /** Whether the script has data taken that come with a SYN. */
    boolean expectsFastOpen;

    /** Whether the script sets TCP_FASTOPEN on a listener, perhaps after it began to listen. */
    boolean hasFastOpenListener;

    /** Whether TCP Fast Open is there at all, for who connects and for who listens. */
    boolean isFastOpenClient = true;

    boolean isFastOpenServer = true;

    /** Whether listeners take data with a SYN though the script does not ask for it. */
    boolean isFastOpenForAll;

    /**
     * What TCP is configured with; commands and socket options change it until the stack opens.
     * Scripts are written for kernels, which do not look for black holes unless told to.
     */
    TcpConfig.Builder tcp = TcpConfig.builder().path(p -> p.withProbing(MtuProbing.OFF));

    ScriptConfig(Script script, RunOptions options) {
        isFreeBsd =
                options.profile().equals("auto")
                        ? Profiles.isFreeBsd(script)
                        : options.profile().equals("freebsd");
        Profiles.apply(this);
        ipVersion(options.ipVersion().isEmpty() ? "ipv4" : options.ipVersion());
        for (Map.Entry<String, String> option : script.options().entrySet()) {
            apply(option.getKey(), option.getValue());
        }
        if (!options.ipVersion().isEmpty()) {
            ipVersion(options.ipVersion());
        }
        if (options.mtu() != 0) {
            mtu = options.mtu();
        }
        if (options.toleranceUs() >= 0) {
            toleranceUs = options.toleranceUs();
        }
        if (options.tolerancePercent() >= 0) {
            tolerancePercent = options.tolerancePercent();
        }
    }

    private void apply(String name, String value) {
        switch (name) {
            case "ip_version" -> ipVersion(value);
            case "tolerance_usecs" -> toleranceUs = number(name, value);
            case "tolerance_percent" -> tolerancePercent = real(name, value);
            case "tcp_ts_tick_usecs" -> timestampTickUs = number(name, value);
            case "mtu" -> mtu = (int) number(name, value);
            case "bind_port" -> bindPort = (int) number(name, value);
            case "connect_port" -> connectPort = (int) number(name, value);
            case "strict_segments" -> isStrictSegments = true;
            case "dry_run" -> isDryRun = true;
            case "initial_window" -> tcp.initialWindowSegments((int) number(name, value));
            case "define", "D", "verbose", "debug", "tcp_ts_ecr_scaled" -> {
                // The lexer has seen to the first; the others change nothing here.
            }
            case "local_ip",
                    "remote_ip",
                    "gateway_ip",
                    "gateway_link_addr",
                    "netmask_ip",
                    "speed",
                    "mss",
                    "persistent_tun_dev",
                    "tun_dev",
                    "tun_device",
                    "non_fatal",
                    "init_scripts",
                    "send_omit_free",
                    "so_filename",
                    "so_flags",
                    "live_bind_port",
                    "live_connect_port",
                    "code_command",
                    "code_format",
                    "code_sockopt",
                    "wire_client",
                    "wire_server",
                    "wire_client_dev",
                    "wire_server_dev",
                    "wire_server_ip",
                    "wire_server_port" ->
                    note("--" + name + " has no meaning here and is ignored");
            default -> throw new SkipException("the option --" + name + " is not supported");
        }
    }

    private void ipVersion(String value) {
        isIpv6 = value.equals("ipv6");
        isMapped = value.equals("ipv4-mapped-ipv6");
        if (!isIpv6 && !isMapped && !value.equals("ipv4")) {
            throw new SkipException("the IP version \"" + value + "\" is not known");
        }
    }

    private static long number(String name, String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new SkipException("--" + name + " needs a number, found \"" + value + "\"");
        }
    }

    private static double real(String name, String value) {
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw new SkipException("--" + name + " needs a number, found \"" + value + "\"");
        }
    }

    /** Something that the one who runs the script should know. */
    void note(String text) {
        if (!notes.contains(text)) {
            notes.add(text);
        }
    }

    /**
     * The script asks for something that the stack does not have, and may do well without: a
     * difference is no failure then, because it is to be expected.
     */
    void lack(String what) {
        note(what + " is not supported");
        if (!lacks.contains(what)) {
            lacks.add(what);
        }
    }

    List<String> lacks() {
        return lacks;
    }

    List<String> notes() {
        return notes;
    }

    boolean isIpv6() {
        return isIpv6;
    }

    /** Whether sockets are of IPv6 by default; with mapped addresses the packets are of IPv4. */
    boolean isIpv6Socket() {
        return isIpv6 || isMapped;
    }

    boolean isFreeBsd() {
        return isFreeBsd;
    }

    long toleranceUs() {
        return toleranceUs;
    }

    /** How far an event may be off that comes {@code sinceUs} after the one before it. */
    long toleranceUs(long sinceUs) {
        double percent = tolerancePercent >= 0 ? tolerancePercent : isFreeBsd ? 5 : 12.5;
        return Math.max(toleranceUs, (long) (sinceUs * percent / 100));
    }

    long timestampTickUs() {
        return timestampTickUs;
    }

    int mtu() {
        return mtu;
    }

    int bindPort() {
        return bindPort;
    }

    int connectPort() {
        return connectPort;
    }

    boolean isStrictSegments() {
        return isStrictSegments;
    }

    boolean isDryRun() {
        return isDryRun;
    }

    /**
     * How large a receive window may grow. The shift of the window is the one that the system would
     * offer for it: Linux's has 16 bits to spare, FreeBSD's the field's 65,535 at least.
     */
    void receiveMost(int value) {
        int most = value + 1;
        if (isFreeBsd) {
            int shift = 0;
            while (shift < 14 && 0xffffL << shift < value) {
                shift++;
            }
            most = shift == 0 ? value : Math.clamp(value, (0x8000 << shift) + 2, 0x10000 << shift);
        }
        int chosen = Math.clamp(most, 2048, 1 << 30);
        tcp.buffers(buffers -> buffers.withMaxReceiveBytes(chosen));
        if (isFreeBsd && chosen < TcpConfig.DEFAULT.receiveBufferBytes()) {
            tcp.receiveBufferBytes(chosen);
        }
    }

    /** What {@code getsockopt(SO_RCVBUF)} says of a new socket. */
    int receiveBuffer() {
        return receiveBuffer;
    }

    int sendBuffer() {
        return sendBuffer;
    }

    void buffers(int receive, int send) {
        receiveBuffer = receive;
        sendBuffer = send;
    }
}
