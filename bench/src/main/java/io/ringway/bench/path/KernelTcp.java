package io.ringway.bench.path;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the kernel of a process's namespace has counted of its TCP. */
final class KernelTcp {
    private KernelTcp() {}

    /** Segments sent again. */
    static long retransmitted(Process process) {
        return value(process, "snmp", "Tcp:", "RetransSegs");
    }

    /** Retransmission time-outs. */
    static long timeouts(Process process) {
        return value(process, "netstat", "TcpExt:", "TCPTimeouts");
    }

    /** Two lines belong together: the names, and the values in the same order. */
    private static long value(Process process, String file, String group, String name) {
        try {
            List<String> lines =
                    Files.readAllLines(Path.of("/proc/" + process.pid() + "/net/" + file), UTF_8)
                            .stream()
                            .filter(line -> line.startsWith(group))
                            .toList();
            int at = List.of(lines.getFirst().split(" ", -1)).indexOf(name);
            return at < 0 ? -1 : Long.parseLong(lines.getLast().split(" ", -1)[at]);
        } catch (IOException gone) {
            return -1;
        }
    }
}
