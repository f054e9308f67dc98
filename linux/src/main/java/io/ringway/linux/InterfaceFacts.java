package io.ringway.linux;

import io.ringway.port.PortException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What decides which port suits an interface.
 *
 * @param name of the interface
 * @param driver what its driver calls itself, empty when it does not say
 * @param isEthernet whether it moves Ethernet frames
 * @param features what the driver says of XDP
 * @param mayLoadPrograms whether this process may load and attach programs
 */
record InterfaceFacts(
        String name,
        String driver,
        boolean isEthernet,
        XdpFeatures features,
        boolean mayLoadPrograms) {
    // Of the thread, not of the process: it may be in a namespace of its own.
    private static final Path LIST = Path.of("/proc/thread-self/net/dev");
    private static final Path STATUS = Path.of("/proc/thread-self/status");

    /** Those that move super-frames from memory to memory, with no card behind them. */
    private static final Set<String> VIRTUAL =
            Set.of(
                    "veth", "bridge", "bonding", "team", "macvlan", "ipvlan", "vxlan", "tun",
                    "dummy");

    /**
     * Of an interface in the calling thread's network namespace.
     *
     * @throws PortException when there is none of that name
     */
    static InterfaceFacts of(String name) {
        try (var request = new InterfaceRequest(name)) {
            XdpFeatures features = XdpFeatures.of(request.index());
            return new InterfaceFacts(
                    name, request.driver(), request.isEthernet(), features, hasCapabilities());
        }
    }

    /** The interfaces of the calling thread's network namespace, without the loopback. */
    static List<String> names() {
        List<String> names = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(LIST)) {
                int colon = line.indexOf(':');
                String name = colon < 0 ? "" : line.substring(0, colon).strip();
                if (!name.isEmpty() && !name.equals("lo")) {
                    names.add(name);
                }
            }
        } catch (IOException unreadable) {
            // Then there is none that we could say anything of.
        }
        return names;
    }

    /** A user namespace has capabilities too, which count for nothing here. */
    private static boolean hasCapabilities() {
        try {
            long effective = Capabilities.effective(Files.readString(STATUS));
            boolean hasThem =
                    Capabilities.NET_ADMIN.isIn(effective)
                            && Capabilities.NET_RAW.isIn(effective)
                            && (Capabilities.BPF.isIn(effective)
                                    || Capabilities.SYS_ADMIN.isIn(effective));
            return hasThem && !isInUserNamespace();
        } catch (IOException unreadable) {
            return false;
        }
    }

    private static boolean isInUserNamespace() throws IOException {
        // The first one maps all 2^32 - 1 users.
        return !Files.readString(Path.of("/proc/thread-self/uid_map")).contains("4294967295");
    }

    boolean isVirtual() {
        return VIRTUAL.contains(driver);
    }

    /** The driver, for people. */
    String driverText() {
        return driver.isEmpty() ? "its driver" : driver;
    }
}
