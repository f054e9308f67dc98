package io.ringway.testkit.script;

import io.ringway.tcp.Ecn;
import io.ringway.tcp.Overflow;
import io.ringway.tcp.SynCookieMode;

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
                            + "=(\"[^\"]*\"|'[^']*'|\\S+)");
    private static final long MILLI = 1_000_000;

    /** What 0, 1 and 2 mean to Linux. */
    private static final Ecn[] ECN = {Ecn.OFF, Ecn.ON, Ecn.PASSIVE};

    private final ScriptConfig config;

    Sysctls(ScriptConfig config) {
        this.config = config;
    }

    /** A setting by its name with dots, and its value without quotes. */
    record Setting(String name, String value) {}

    /** The settings in a command. */
    static List<Setting> in(String command) {
        List<Setting> settings = new ArrayList<>();
        Matcher matcher = SETTING.matcher(command);
        while (matcher.find()) {
            String value = matcher.group(2).replaceAll("^[\"']|[\"';]+$", "");
            settings.add(new Setting(matcher.group(1).replace('/', '.'), value.strip()));
        }
        return settings;
    }

    /** Applies a command's settings and says what is left out. */
    void apply(String command) {
        List<Setting> settings = in(command);
        for (Setting setting : settings) {
            if (!apply(setting.name(), setting.value())) {
                config.note(
                        "the setting " + setting.name() + "=" + setting.value() + " is ignored");
            }
        }
        if (settings.isEmpty()) {
            config.note("the command `" + command.strip() + "` is not run");
        }
    }

    /** Whether the setting has a meaning for our stack. */
    private boolean apply(String name, String value) {
        try {
            return name.startsWith("net.inet") ? freeBsd(name, value) : linux(name, value);
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
            case "net.ipv4.tcp_rmem" -> config.tcp.receiveBufferBytes(last(value));
            case "net.ipv4.tcp_wmem" -> {
                int[] sizes = numbers(value);
                // The middle one is what a socket begins with; ours does not grow.
                config.tcp.sendBufferBytes(Math.max(2048, sizes[Math.min(1, sizes.length - 1)]));
            }
            case "net.ipv4.tcp_keepalive_time" -> config.tcp.keepAliveIdleNs(seconds(value));
            case "net.ipv4.tcp_keepalive_intvl" -> config.tcp.keepAliveIntervalNs(seconds(value));
            case "net.ipv4.tcp_keepalive_probes" -> config.tcp.keepAliveProbes(number(value));
            case "net.ipv4.tcp_ecn" ->
                    config.tcp.congestion(
                            c -> c.withEcn(ECN[Math.min(number(value), ECN.length - 1)]));
            case "net.ipv4.tcp_syncookies" ->
                    config.tcp.defence(d -> d.synCookies(SynCookieMode.values()[number(value)]));
            case "net.ipv4.tcp_abort_on_overflow" ->
                    config.tcp.defence(
                            d -> d.overflow(isOn(value) ? Overflow.RESET : Overflow.DROP));
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

    private void algorithm(String value) {
        config.tcp.congestionControl(algorithmName(value));
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
        return (int) Long.parseLong(value);
    }

    private static int[] numbers(String value) {
        String[] parts = value.strip().split("\\s+", -1);
        int[] numbers = new int[parts.length];
        for (int i = 0; i < parts.length; i++) {
            numbers[i] = number(parts[i]);
        }
        return numbers;
    }

    private static int last(String value) {
        int[] sizes = numbers(value);
        return Math.max(2048, sizes[sizes.length - 1]);
    }
}
