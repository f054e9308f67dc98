package io.ringway.testkit.script;

import io.ringway.tcp.Ecn;
import io.ringway.tcp.MtuProbing;
import io.ringway.tcp.Overflow;
import io.ringway.tcp.SynCookieMode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a script sets in the system before it begins, mapped onto our configuration as far as it has
 * a meaning there. The rest of a command is not run, and a note says so.
 */
final class Sysctls {
    private static final Pattern SETTING =
            Pattern.compile(
                    "(?:/proc/sys/)?((?:net|kern|vm)[./][A-Za-z0-9_./]+)"
                            + "=(\"[^\"]*\"|'[^']*'|[^\\s\"']+)");
    private static final Pattern FAIR_QUEUE = Pattern.compile("qdisc\\s.*\\sfq(\\s|$)");
    private static final Pattern SET_KEY = Pattern.compile("(^|[\\s;/|])setkey(\\s|$)");
    private static final Pattern ECHO =
            Pattern.compile("echo\\s+(\"[^\"]*\"|\\S+)\\s*>\\s*/proc/sys/(net/\\S+)");
    private static final Pattern ARITHMETIC = Pattern.compile("\\$\\(\\(([^()]*)\\)\\)");
    private static final long MILLI = 1_000_000;

    private static final Pattern SHELL_SCRIPT = Pattern.compile("[^\\s`;]+\\.sh\\b");
    private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*#.*$");

    /** A file of settings is small; what is larger is none. */
    private static final long LARGEST_FILE = 1 << 16;

    private final ScriptConfig config;
    private final String script;

    /**
     * For one script.
     *
     * @param script its path, beside which the files lie that it calls
     */
    Sysctls(ScriptConfig config, String script) {
        this.config = config;
        this.script = script;
    }

    /** A setting by its name with dots, and its value without quotes. */
    record Setting(String name, String value) {}

    /** The settings in a command. */
    static List<Setting> in(String command) {
        List<Setting> settings = new ArrayList<>();
        String text = calculated(command.replaceAll("\\\\\\r?\\n", " "));
        Matcher echo = ECHO.matcher(text);
        while (echo.find()) {
            settings.add(setting(echo.group(2), echo.group(1)));
        }
        Matcher matcher = SETTING.matcher(text);
        while (matcher.find()) {
            settings.add(setting(matcher.group(1), matcher.group(2)));
        }
        return settings;
    }

    private static Setting setting(String name, String value) {
        String bare = value.replaceAll("^[\"']|[\"';]+$", "");
        return new Setting(name.replace('/', '.'), bare.strip());
    }

    // $((15*1024*1024)), as the shell would.
    private static String calculated(String command) {
        Matcher matcher = ARITHMETIC.matcher(command);
        StringBuilder text = new StringBuilder();
        while (matcher.find()) {
            SnippetNames names = new SnippetNames();
            SnippetParser.parse("value = " + matcher.group(1)).run(names);
            matcher.appendReplacement(text, String.valueOf(names.get("value")));
        }
        return matcher.appendTail(text).toString();
    }

    /** Applies a command's settings and says what is left out. */
    void apply(String command) {
        boolean isDefaults = command.contains("defaults.sh");
        if (isDefaults) {
            Profiles.defaultsScript(config);
            // The older suite switches Fast Open on for every listener, that of the kernel did.
            config.isFastOpenForAll =
                    command.contains("common/defaults.sh") || config.expectsFastOpen;
            config.note("defaults.sh is not run; its settings are taken over");
        }
        SHELL_SCRIPT.matcher(command).results().forEach(called -> applyFile(called.group()));
        if (SET_KEY.matcher(command).find()) {
            config.lack("a key that a program beside the script sets");
        }
        if (FAIR_QUEUE.matcher(command).find()) {
            config.lack("pacing by Linux's fair queue");
        }
        List<Setting> settings = in(command);
        for (Setting setting : settings) {
            if (!apply(setting.name(), setting.value())) {
                config.note(
                        "the setting " + setting.name() + "=" + setting.value() + " is ignored");
            }
        }
        if (settings.isEmpty() && !isDefaults) {
            config.note("the command `" + command.strip() + "` is not run");
        }
    }

    // A file of the suite that stands where the script says; elsewhere, it is passed over.
    private void applyFile(String name) {
        try {
            Path file = Path.of(script).resolveSibling(name);
            if (!name.startsWith("/")
                    && Files.isRegularFile(file)
                    && Files.size(file) <= LARGEST_FILE) {
                String text = COMMENT.matcher(Files.readString(file)).replaceAll("");
                in(text).forEach(setting -> apply(setting.name(), setting.value()));
            }
        } catch (IOException | InvalidPathException e) {
            config.note(name + " cannot be read: " + e.getMessage());
        }
    }

    /** Whether all of a command's settings are the runner's own, which may change at any time. */
    static boolean isAlwaysPossible(String command) {
        return in(command).stream()
                .allMatch(setting -> setting.name().equals("net.ipv4.tcp_fastopen"));
    }

    /** Whether the setting has a meaning for our stack. */
    private boolean apply(String name, String value) {
        try {
            return (name.startsWith("net.inet") || name.startsWith("kern."))
                    ? freeBsd(name, value)
                    : linux(name, value);
        } catch (NumberFormatException e) {
            throw new SkipException(name + " is set to \"" + value + "\", which is no number");
        }
    }

    private boolean linux(String name, String value) {
        switch (name) {
            case "net.ipv4.tcp_sack" -> config.tcp.selectiveAck(isOn(value));
            case "net.ipv4.tcp_timestamps" -> config.tcp.timestamps(isOn(value));
            case "net.ipv4.tcp_window_scaling" -> config.tcp.windowScaling(isOn(value));
            case "net.ipv4.tcp_congestion_control" -> algorithm(value);
            case "net.ipv4.tcp_syn_retries" -> config.tcp.synRetries(number(value));
            case "net.ipv4.tcp_synack_retries" -> config.tcp.synAckRetries(number(value));
            case "net.ipv4.tcp_fin_timeout" -> config.tcp.finWait2Ns(seconds(value));
            case "net.ipv4.tcp_rmem" -> receiveSizes(numbers(value));
            case "net.ipv4.tcp_ecn" -> ecn(number(value));
            case "net.ipv4.tcp_slow_start_after_idle" ->
                    config.tcp.congestion(
                            congestion -> congestion.withRestartAfterIdle(isOn(value)));
            case "net.ipv4.tcp_syncookies" -> {
                SynCookieMode mode =
                        switch (number(value)) {
                            case 0 -> SynCookieMode.OFF;
                            case 2 -> SynCookieMode.ALWAYS;
                            default -> SynCookieMode.AUTO;
                        };
                config.tcp.defence(defence -> defence.synCookies(mode));
            }
            case "net.ipv4.tcp_abort_on_overflow" -> {
                Overflow overflow = isOn(value) ? Overflow.RESET : Overflow.DROP;
                config.tcp.defence(defence -> defence.overflow(overflow));
            }
            case "net.ipv4.tcp_fastopen" -> fastOpen(number(value));
            case "net.ipv4.tcp_rto_min_us" -> config.tcp.minRtoNs(number(value) * 1000L);
            case "net.ipv4.tcp_rto_max_ms" -> config.tcp.maxRtoNs(number(value) * MILLI);
            case "net.ipv4.tcp_dsack", "net.ipv4.tcp_recovery", "net.ipv4.tcp_early_retrans" -> {
                if (!isOn(value)) {
                    config.lack(name + "=0");
                }
            }
            case "net.ipv4.tcp_reordering" -> {
                if (number(value) != 3) {
                    config.lack(name + "=" + value);
                }
            }
            case "net.ipv4.tcp_mtu_probing" -> mtuProbing(number(value));
            case "net.ipv4.tcp_base_mss" ->
                    config.tcp.path(path -> path.withBaseMss(number(value)));
            case "net.ipv4.tcp_shrink_window",
                    "net.ipv4.tcp_thin_linear_timeouts",
                    "net.ipv4.tcp_ecn_fallback",
                    "net.ipv4.tcp_tw_reuse",
                    "net.ipv4.tcp_stdurg" -> {
                boolean isUsual = name.endsWith("fallback") || name.endsWith("reuse");
                if (isOn(value) != isUsual) {
                    config.lack(name + "=" + value);
                }
            }
            case "net.ipv4.tcp_wmem" -> {
                int[] sizes = numbers(value);
                config.tcp.sendBufferBytes(Math.max(2048, sizes[sizes.length - 1]));
            }
            case "net.ipv4.tcp_keepalive_time" -> config.tcp.keepAliveIdleNs(seconds(value));
            case "net.ipv4.tcp_keepalive_intvl" -> config.tcp.keepAliveIntervalNs(seconds(value));
            case "net.ipv4.tcp_keepalive_probes" -> config.tcp.keepAliveProbes(number(value));
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean freeBsd(String name, String value) {
        switch (name) {
            case "net.inet.tcp.rfc1323" -> {
                // 1: both; 2: window scaling alone; 3: time stamps alone.
                int choice = number(value);
                config.tcp.timestamps(choice == 1 || choice == 3);
                config.tcp.windowScaling(choice == 1 || choice == 2);
            }
            case "net.inet.tcp.sack.enable" -> config.tcp.selectiveAck(isOn(value));
            case "net.inet.tcp.cc.algorithm" -> algorithm(value);
            case "net.inet.tcp.ecn.enable" ->
                    ecn(number(value) == 2 ? 2 : number(value) == 1 ? 1 : number(value) * 3);
            case "net.inet.tcp.insecure_rst", "net.inet.tcp.insecure_syn" -> {
                if (isOn(value)) {
                    config.lack(name + "=1, which RFC 5961 is against,");
                }
            }
            case "net.inet.tcp.tolerate_missing_ts" ->
                    config.tcp.defence(defence -> defence.toleratesMissingTimestamps(isOn(value)));
            case "net.inet.tcp.icmp_may_rst" ->
                    config.tcp.ways(ways -> ways.withOpeningEndedByIcmp(isOn(value)));
            case "net.inet.tcp.rexmit_slop" ->
                    config.tcp.ways(ways -> ways.withRtoMarginNs(number(value) * MILLI));
            case "net.inet.tcp.ecn.maxretries" ->
                    config.tcp.ways(ways -> ways.withEcnSynRetries(number(value)));
            case "net.inet.tcp.keepinit" -> config.keepInitNs = number(value) * MILLI;
            case "net.inet.tcp.rexmit_drop_options",
                    "net.inet.tcp.drop_synfin",
                    "net.inet.tcp.ecn.plusplus" -> {
                if (isOn(value)) {
                    config.lack(name + "=1");
                }
            }
            case "net.inet.tcp.blackhole" -> {
                if (isOn(value)) {
                    config.lack(name + "=" + value);
                }
            }
            case "net.inet.tcp.syncookies" -> cookies(isOn(value), SynCookieMode.AUTO);
            case "net.inet.tcp.syncookies_only" -> {
                if (isOn(value)) {
                    cookies(true, SynCookieMode.ALWAYS);
                }
            }
            case "net.inet.tcp.recvspace" -> {
                config.receiveSpace = number(value);
                config.buffers(number(value), config.sendBuffer());
            }
            case "net.inet.tcp.sendspace" -> config.buffers(config.receiveBuffer(), number(value));
            case "kern.ipc.maxsockbuf" ->
                    config.receiveMost((int) Math.min(1 << 30, Long.decode(value)));
            case "net.inet.tcp.rexmit_initial" -> config.tcp.initialRtoNs(number(value) * MILLI);
            case "net.inet.tcp.rexmit_min" -> config.tcp.minRtoNs(number(value) * MILLI);
            case "net.inet.tcp.delacktime" -> config.tcp.delayedAckNs(number(value) * MILLI);
            case "net.inet.tcp.msl" -> config.tcp.timeWaitNs(2L * number(value) * MILLI);
            case "net.inet.tcp.finwait2_timeout" -> config.tcp.finWait2Ns(number(value) * MILLI);
            case "net.inet.tcp.keepidle" -> config.tcp.keepAliveIdleNs(number(value) * MILLI);
            case "net.inet.tcp.keepintvl" -> config.tcp.keepAliveIntervalNs(number(value) * MILLI);
            case "net.inet.tcp.keepcnt" -> config.tcp.keepAliveProbes(number(value));
            case "net.inet.tcp.initcwnd_segments" ->
                    config.tcp.initialWindowSegments(number(value));
            case "net.inet.tcp.minmss" -> config.tcp.minMss(number(value));
            default -> {
                return false;
            }
        }
        return true;
    }

    private void cookies(boolean isOn, SynCookieMode mode) {
        config.tcp.defence(defence -> defence.synCookies(isOn ? mode : SynCookieMode.OFF));
    }

    // The least, the first and the largest size of a receive buffer.
    private void receiveSizes(int[] sizes) {
        int most = sizes[sizes.length - 1];
        if (sizes[Math.min(1, sizes.length - 1)] >= most) {
            config.tcp.receiveBufferBytes(Math.max(2048, most));
        } else {
            config.receiveMost(most);
        }
    }

    private void ecn(int value) {
        if (value > 2) {
            config.lack("AccECN (RFC 9768)");
        }
        Ecn ecn = value == 0 ? Ecn.OFF : value == 2 ? Ecn.PASSIVE : Ecn.ON;
        config.tcp.congestion(congestion -> congestion.withEcn(ecn));
    }

    private void fastOpen(int value) {
        // 1: clients; 2: servers; 0x400: for every listener; 0x200: without a cookie.
        config.isFastOpenClient = (value & 1) != 0;
        config.isFastOpenServer = (value & 2) != 0;
        config.isFastOpenForAll = (value & 0x402) == 0x402;
        if ((value & 0x204) != 0) {
            config.lack("TCP Fast Open without a cookie");
        }
    }

    private void algorithm(String value) {
        config.tcp.congestionControl(algorithmName(value));
    }

    /** Linux's probes are of other sizes and at other times, so a script may show a difference. */
    private void mtuProbing(int value) {
        MtuProbing probing =
                switch (value) {
                    case 0 -> MtuProbing.OFF;
                    case 1 -> MtuProbing.ON_BLACK_HOLE;
                    default -> MtuProbing.ALWAYS;
                };
        config.tcp.path(path -> path.withProbing(probing));
        if (value != 0) {
            config.lack("net.ipv4.tcp_mtu_probing=" + value + " as Linux has it");
        }
    }

    /** Our name of a congestion control. */
    static String algorithmName(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "reno", "newreno" -> "newreno";
            case "cubic" -> "cubic";
            case "bbr", "dctcp" -> value.toLowerCase(Locale.ROOT);
            default -> throw new SkipException("there is no congestion control \"" + value + "\"");
        };
    }

    private static long seconds(String value) {
        return Math.multiplyExact(Long.parseLong(value), 1000 * MILLI);
    }

    private static boolean isOn(String value) {
        return number(value) != 0;
    }

    private static int number(String value) {
        return (int) (long) Long.decode(value);
    }

    private static int[] numbers(String value) {
        String[] parts = value.strip().split("\\s+", -1);
        int[] numbers = new int[parts.length];
        for (int i = 0; i < parts.length; i++) {
            numbers[i] = number(parts[i]);
        }
        return numbers;
    }
}
