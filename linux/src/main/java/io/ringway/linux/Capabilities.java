package io.ringway.linux;

import java.util.ArrayList;
import java.util.List;

/**
 * The capabilities of a process that matter to us, as bits of {@code CapEff} in {@code
 * /proc/self/status}.
 */
enum Capabilities {
    NET_ADMIN(12, "make TAPs and configure interfaces"),
    NET_RAW(13, "open AF_PACKET and AF_XDP sockets"),
    IPC_LOCK(14, "lock memory without limit"),
    SYS_ADMIN(21, "make network namespaces"),
    BPF(39, "load the program of AF_XDP");

    private static final String LINE = "CapEff:";

    private final int bit;
    private final String use;

    Capabilities(int bit, String use) {
        this.bit = bit;
        this.use = use;
    }

    boolean isIn(long effective) {
        return (effective >>> bit & 1) != 0;
    }

    /** What it is for, in a few words. */
    String use() {
        return use;
    }

    /** Those of ours that are not in {@code effective}. */
    static List<Capabilities> missing(long effective) {
        List<Capabilities> missing = new ArrayList<>();
        for (Capabilities capability : values()) {
            if (!capability.isIn(effective)) {
                missing.add(capability);
            }
        }
        return missing;
    }

    /** The effective set in the text of {@code /proc/self/status}; 0 when it is not there. */
    static long effective(String status) {
        return status.lines()
                .filter(line -> line.startsWith(LINE))
                .mapToLong(
                        line -> Long.parseUnsignedLong(line.substring(LINE.length()).strip(), 16))
                .findFirst()
                .orElse(0);
    }
}
