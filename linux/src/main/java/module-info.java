import org.jspecify.annotations.NullMarked;

/** Ports for Linux: TAP, AF_PACKET and AF_XDP. */
@NullMarked
module io.ringway.linux {
    requires transitive io.ringway.core;
    requires static transitive org.jspecify;

    exports io.ringway.linux;

    provides io.ringway.CorePinning with
            io.ringway.linux.AffinityPinning;
    provides io.ringway.LaneSleeperProvider with
            io.ringway.linux.PollSleeperProvider;
    provides io.ringway.PortProvider with
            io.ringway.linux.NamedPorts;
    provides io.ringway.memory.HugePageAdvice with
            io.ringway.linux.MadviseHugePages;
}
