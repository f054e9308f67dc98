package io.ringway.nio;

import io.ringway.IdleStrategy;
import io.ringway.LanesConfig;
import io.ringway.Profile;
import io.ringway.StackConfig;
import io.ringway.ip.DuplicateDetection;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpPrefix;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a program that knows nothing of Ringway says of its stack, by system properties or a file
 * ({@link DoorProperties}).
 *
 * <pre>
 *  ringway.port=auto:eth0             what it is attached to; without it there is only loopback,
 *                                     and with none an address that leads nowhere
 *  ringway.address=198.18.0.2/24,2001:2::2/64
 *  ringway.gateway=198.18.0.1
 *  ringway.lanes=2                    ringway.cores=0,1 pins them
 *  ringway.profile=latency            ringway.idle=spin
 *  ringway.congestion=bbr
 *  ringway.strict=true                nothing goes to the kernel
 *  ringway.kernel-ports=9010,8000-8010 who listens there, listens in the kernel
 *  ringway.config=/etc/ringway.conf   the same, without "ringway."
 * </pre>
 *
 * @param port what opens the port, or null for a stack with nothing but its loopback
 * @param stack the stack
 * @param isStrict whether what is not on Ringway is refused rather than the kernel's
 * @param kernelPorts which stay in the kernel though they are bound at the wildcard or at loopback
 */
record DoorConfig(
        @Nullable String port, StackConfig stack, boolean isStrict, List<PortRange> kernelPorts) {
    private static final Pattern PORT_RANGE = Pattern.compile("(\\d{1,5})-(\\d{1,5})");

    /**
     * Reads the properties.
     *
     * @throws IllegalArgumentException when one is wrong or missing; the message is one sentence
     *     that says what to write instead
     */
    static DoorConfig read(DoorProperties properties) {
        String port = properties.get("port");
        List<IpPrefix> addresses =
                properties.list("address", "198.18.0.2/24", DoorConfig::hostPrefix);
        if (port != null && addresses.isEmpty()) {
            throw new IllegalArgumentException(
                    "ringway.port is "
                            + port
                            + " and ringway.address is missing: write which address Ringway has"
                            + " there, with its network, such as ringway.address=198.18.0.2/24");
        }
        if (port == null && !addresses.isEmpty()) {
            throw new IllegalArgumentException(
                    "ringway.address is "
                            + addresses.getFirst()
                            + " and ringway.port is missing: write what Ringway is attached to,"
                            + " such as ringway.port=tap0 or ringway.port=auto:eth0, or leave both"
                            + " out for a stack with nothing but its loopback");
        }
        StackConfig.Builder stack =
                StackConfig.builder(
                        properties.value("profile", Profile.DEFAULT, "latency", Profile::parse));
        addresses.forEach(stack::address);
        List<IpAddress> gateways = gateways(properties, addresses);
        gateways.forEach(stack::gateway);
        stack.ip(ip -> {
            HostAddresses.beyond(addresses, gateways).forEach(ip::hostAddress);
            return ip;
        });
        stack.lanes(lanes -> lanes(properties, lanes));
        IdleStrategy idle = properties.value("idle", null, "poll", IdleStrategy::parse);
        if (idle != null) {
            stack.idle(idle);
        }
        String congestion = properties.get("congestion");
        if (congestion != null) {
            stack.congestionControl(congestion);
        }
        if (port == null) {
            // A link-local address, for there must be one; nobody else is there to have it too.
            stack.ip(ip -> ip.linkLocal(true).duplicateDetection(DuplicateDetection.OFF));
        } else {
            localPorts(port, stack);
        }
        boolean isStrict = properties.value("strict", false, "true", DoorConfig::yesOrNo);
        List<PortRange> kernelPorts =
                properties.list("kernel-ports", "9010,8000-8010", PortRange::parse);
        if (isStrict && !kernelPorts.isEmpty()) {
            throw new IllegalArgumentException(
                    "ringway.kernel-ports is "
                            + properties.get("kernel-ports")
                            + " and ringway.strict=true keeps the kernel out: leave one of the two"
                            + " out");
        }
        return new DoorConfig(port, build(stack), isStrict, kernelPorts);
    }

    private static StackConfig build(StackConfig.Builder stack) {
        try {
            return stack.build();
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(
                    "the ringway.* properties do not fit: " + wrong.getMessage());
        }
    }

    private static IpPrefix hostPrefix(String text) {
        if (!text.contains("/")) {
            throw new IllegalArgumentException("the length of the network is missing");
        }
        return IpPrefix.parse(text);
    }

    private static List<IpAddress> gateways(DoorProperties properties, List<IpPrefix> addresses) {
        List<IpAddress> gateways = properties.list("gateway", "198.18.0.1", IpAddress::parse);
        for (IpAddress gateway : gateways) {
            if (!gateway.isLinkLocal()
                    && addresses.stream().noneMatch(prefix -> prefix.contains(gateway))) {
                throw new IllegalArgumentException(
                        "ringway.gateway is "
                                + gateway
                                + ", which is on no network of ringway.address ("
                                + addresses
                                + "): write the address of a router there");
            }
        }
        return gateways;
    }

    private static LanesConfig lanes(DoorProperties properties, LanesConfig usual) {
        Integer count = properties.value("lanes", null, "2", DoorConfig::laneCount);
        List<Integer> cores = properties.list("cores", "0,1", DoorConfig::core);
        if (count != null && !cores.isEmpty() && count != cores.size()) {
            throw new IllegalArgumentException(
                    "ringway.lanes is "
                            + count
                            + " and ringway.cores names "
                            + cores.size()
                            + ": write a core for each lane, or leave one of the two out");
        }
        LanesConfig dealt = count == null ? usual : usual.withCount(count);
        return cores.isEmpty() ? dealt : dealt.withCores(cores);
    }

    private static int laneCount(String text) {
        return number(text, 1, 64);
    }

    private static int core(String text) {
        return number(text, 0, 4095);
    }

    private static int number(String text, int least, int most) {
        int number = text.matches("\\d{1,6}") ? Integer.parseInt(text) : -1;
        if (number < least || number > most) {
            throw new IllegalArgumentException(
                    "a number from " + least + " to " + most + " is expected");
        }
        return number;
    }

    private static boolean yesOrNo(String text) {
        return switch (text) {
            case "true", "" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("true or false is expected");
        };
    }

    /** Where the kernel has our address too, connections are opened from ports that are ours. */
    private static void localPorts(String port, StackConfig.Builder stack) {
        int at = port.indexOf(",ports=");
        if (at >= 0) {
            Matcher range = PORT_RANGE.matcher(port.substring(at));
            if (range.find()) {
                int first = Integer.parseInt(range.group(1));
                int last = Integer.parseInt(range.group(2));
                stack.tcp(tcp -> tcp.defence(defence -> defence.localPorts(first, last)));
            }
        }
    }

    /** All values of a list, for {@link DoorProperties}. */
    static <T> List<T> each(String text, Function<String, T> read) {
        List<T> values = new ArrayList<>();
        for (String one : text.split(",", -1)) {
            values.add(read.apply(one.strip()));
        }
        return values;
    }
}
