package io.ringway.linux;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ringway.port.PortException;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Looks at what this machine allows, and says how to get what is wanting. It changes nothing that
 * outlives it.
 *
 * <p>Any platform thread; takes some tens of milliseconds.
 */
public final class Doctor {
    private static final Path TUN = Path.of("/dev/net/tun");
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Path KERNEL = Path.of("/proc/sys/kernel/osrelease");
    private static final Path HUGE_PAGES = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
    private static final Path ISOLATED = Path.of("/sys/devices/system/cpu/isolated");
    private static final int LEAST_JDK = 25;
    private static final int LEAST_KERNEL = 5;
    private static final int SOCK_RAW = 3;
    private static final int AF_PACKET = 17;
    private static final int AF_XDP = 44;
    private static final String AS_ROOT = "run as root";
    private static final long LOCK_WANTED = 64L << 20;

    private Doctor() {}

    /** Looks at everything, in the order in which one reads it. */
    public static List<Finding> examine() {
        List<Finding> findings = new ArrayList<>();
        findings.add(jdk(Runtime.version().feature()));
        findings.add(kernel(read(KERNEL)));
        findings.add(privileges(Libc.getuid(), Capabilities.effective(read(STATUS))));
        findings.add(tunDevice(Files.exists(TUN), Files.isReadable(TUN) && Files.isWritable(TUN)));
        findings.add(networkNamespace());
        findings.add(tap());
        findings.add(userNamespaces());
        findings.add(socket("AF_PACKET", AF_PACKET, "CONFIG_PACKET"));
        findings.add(socket("AF_XDP", AF_XDP, "CONFIG_XDP_SOCKETS"));
        findings.add(lockedMemory(read(LIMITS), Capabilities.effective(read(STATUS))));
        findings.add(hugePages(read(HUGE_PAGES)));
        findings.add(processors(Affinity.allowed().cardinality()));
        findings.add(isolatedCores(read(ISOLATED)));
        findings.add(tool("ip", "iproute2", "to look at interfaces"));
        findings.add(tool("curl", "curl", "for the demo"));
        findings.add(tool("iperf3", "iperf3", "to compare throughput"));
        findings.add(tool("tshark", "tshark", "to check captures"));
        InterfaceFacts.names().forEach(name -> findings.add(port(name)));
        return findings;
    }

    /**
     * Which port {@code auto:NAME} would choose on an interface of the calling thread's network
     * namespace, and why.
     *
     * @throws PortException when there is no such interface
     */
    public static Finding examine(String interfaceName) {
        return port(interfaceName);
    }

    private static Finding port(String interfaceName) {
        PortChoice choice = PortChoice.of(InterfaceFacts.of(interfaceName));
        String name = "port on " + interfaceName;
        return choice.isPossible()
                ? Finding.ok(name, choice.reason())
                : Finding.limited(name, choice.reason(), "take an Ethernet interface, or a TAP");
    }

    static Finding jdk(int version) {
        return version >= LEAST_JDK
                ? Finding.ok("JDK", "Java " + version)
                : Finding.missing(
                        "JDK", "Java " + version, "install JDK " + LEAST_JDK + " or newer");
    }

    static Finding kernel(String release) {
        int dot = release.indexOf('.');
        boolean isOld = dot > 0 && Integer.parseInt(release.substring(0, dot)) < LEAST_KERNEL;
        if (dot <= 0) {
            return Finding.missing(
                    "kernel",
                    "no Linux",
                    "run on Linux: without it there is only the link in memory");
        }
        return isOld
                ? Finding.limited(
                        "kernel",
                        "Linux " + release,
                        "Linux 5.4 or newer has AF_XDP, 6.2 segments UDP on a TAP")
                : Finding.ok("kernel", "Linux " + release);
    }

    static Finding privileges(int user, long effective) {
        List<Capabilities> missing = Capabilities.missing(effective);
        String who = user == 0 ? "root" : "user " + user;
        if (missing.isEmpty()) {
            return Finding.ok("privileges", who + ", with every capability that is needed");
        }
        var uses = new StringBuilder();
        for (Capabilities capability : missing) {
            uses.append(uses.isEmpty() ? "" : "; ")
                    .append("CAP_")
                    .append(capability)
                    .append(" to ")
                    .append(capability.use());
        }
        Finding.State state =
                missing.contains(Capabilities.NET_ADMIN)
                        ? Finding.State.MISSING
                        : Finding.State.LIMITED;
        return new Finding(
                "privileges",
                state,
                who + ", without " + uses,
                AS_ROOT + ", or under \"unshare -rn\"");
    }

    static Finding tunDevice(boolean exists, boolean isOurs) {
        if (!exists) {
            return Finding.missing(
                    "tun device",
                    TUN + " is not there",
                    "\"modprobe tun\" as root; in a container, start it with --device " + TUN);
        }
        return isOurs
                ? Finding.ok("tun device", TUN + " can be opened")
                : Finding.missing(
                        "tun device",
                        TUN + " is not ours to open",
                        AS_ROOT + ", or let root \"chmod 666 " + TUN + "\"");
    }

    private static Finding networkNamespace() {
        try {
            NetNamespace.create().close();
            return Finding.ok("network namespace", "can be made");
        } catch (PortException refused) {
            return Finding.missing(
                    "network namespace", "cannot be made", AS_ROOT + ", or under \"unshare -rn\"");
        }
    }

    /** Tries it, if possible where nobody sees the interface come and go. */
    private static Finding tap() {
        try (var namespace = NetNamespace.create()) {
            return namespace.call(Doctor::openTap);
        } catch (PortException noNamespace) {
            return openTap();
        }
    }

    private static Finding openTap() {
        try (var port = TapPort.open(TapConfig.builder().build())) {
            return port.capabilities().tcpSegmentation()
                    ? Finding.ok("TAP", "opens, with segmentation offload")
                    : Finding.limited(
                            "TAP", "opens, but without segmentation offload", "a newer kernel");
        } catch (PortException refused) {
            return Finding.missing(
                    "TAP",
                    String.valueOf(refused.getMessage()),
                    "see what privileges and tun device say above");
        }
    }

    private static Finding userNamespaces() {
        if (find("unshare").isEmpty()) {
            return Finding.limited("unshare -rn", "no unshare in PATH", "install util-linux");
        }
        String failure = run("unshare", "-rn", "true");
        return failure.isEmpty()
                ? Finding.ok("unshare -rn", "makes a namespace without root")
                : Finding.limited(
                        "unshare -rn",
                        failure,
                        AS_ROOT
                                + ", or allow it: sysctl user.max_user_namespaces,"
                                + " kernel.unprivileged_userns_clone,"
                                + " kernel.apparmor_restrict_unprivileged_userns");
    }

    private static Finding socket(String name, int family, String option) {
        int socket = Libc.socket(family, SOCK_RAW | Libc.O_CLOEXEC, 0);
        if (socket >= 0) {
            Libc.close(socket);
            return Finding.ok(name, "socket opens");
        }
        String remedy =
                switch (-socket) {
                    case Errno.EPERM, Errno.EACCES -> "CAP_NET_RAW: " + AS_ROOT;
                    default -> "a kernel with " + option;
                };
        return Finding.missing(name, Errno.describe(-socket), remedy);
    }

    static Finding lockedMemory(String limits, long effective) {
        String line =
                limits.lines()
                        .filter(l -> l.startsWith("Max locked memory"))
                        .findFirst()
                        .orElse("");
        String[] words = line.split("\\s+");
        String soft = words.length > 3 ? words[3] : "unknown";
        boolean isLarge =
                "unlimited".equals(soft)
                        || (soft.matches("\\d{1,18}") && Long.parseLong(soft) >= LOCK_WANTED);
        if (isLarge || Capabilities.IPC_LOCK.isIn(effective)) {
            return Finding.ok(
                    "locked memory", isLarge ? "limit " + soft : "no limit, by CAP_IPC_LOCK");
        }
        return Finding.limited(
                "locked memory",
                "limit " + soft + " octets, too little for AF_XDP",
                "\"ulimit -l unlimited\"");
    }

    static Finding hugePages(String enabled) {
        int open = enabled.indexOf('[');
        int close = enabled.indexOf(']');
        if (open < 0 || close < open) {
            return Finding.limited(
                    "huge pages",
                    "the kernel has none",
                    "a kernel with CONFIG_TRANSPARENT_HUGEPAGE");
        }
        String setting = enabled.substring(open + 1, close);
        return "never".equals(setting)
                ? Finding.limited(
                        "huge pages",
                        "switched off",
                        "as root \"echo madvise > "
                                + HUGE_PAGES
                                + "\"; they halve the cost of a cache miss")
                : Finding.ok("huge pages", setting);
    }

    static Finding processors(int count) {
        return count > 1
                ? Finding.ok("processors", count + " for this process")
                : Finding.limited(
                        "processors",
                        "only 1 for this process",
                        "use the idle strategy \"poll\": a lane that spins would starve everything"
                                + " else");
    }

    static Finding isolatedCores(String isolated) {
        return isolated.isEmpty()
                ? Finding.limited(
                        "isolated cores",
                        "none",
                        "only for the lowest latency: boot with isolcpus=…, and pin the lanes"
                                + " there")
                : Finding.ok("isolated cores", isolated);
    }

    private static Finding tool(String command, String packageName, String use) {
        String path = find(command);
        return path.isEmpty()
                ? Finding.limited(
                        command, "not found in PATH, " + use, "install the package " + packageName)
                : Finding.ok(command, path);
    }

    /** The path of a command in PATH, or nothing. */
    private static String find(String command) {
        String path = System.getenv().getOrDefault("PATH", "");
        for (String folder : path.split(File.pathSeparator)) {
            Path candidate = Path.of(folder, command);
            if (Files.isExecutable(candidate)) {
                return candidate.toString();
            }
        }
        return "";
    }

    /** What a command complains of, or nothing when it succeeds. */
    private static String run(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return "it does not end";
            }
            String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
            return process.exitValue() == 0 ? "" : output.isEmpty() ? "it fails" : output;
        } catch (IOException failed) {
            return "it cannot be started";
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    /** The text of a small file, or nothing when it is not there. */
    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException unreadable) {
            return "";
        }
    }
}
