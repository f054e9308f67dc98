package io.ringway.linux;

/**
 * Which port suits an interface, and why.
 *
 * @param kind TAP, PACKET or XDP
 * @param isPossible whether there is one at all
 * @param reason a sentence without its end, for people
 */
record PortChoice(PortSpec.Kind kind, boolean isPossible, String reason) {
    /** Chooses by what is known of the interface and of this process. */
    static PortChoice of(InterfaceFacts facts) {
        if (!facts.isEthernet()) {
            return new PortChoice(
                    PortSpec.Kind.TAP,
                    false,
                    "none, because it moves no Ethernet frames: a TAP serves this machine's"
                            + " programs");
        }
        String driver = facts.driverText();
        if (facts.isVirtual()) {
            return packet(
                    driver
                            + " has no card behind it and passes super-frames whole, which AF_XDP"
                            + " cannot take: bulk would be 5 to 15 times slower");
        }
        if (!facts.mayLoadPrograms()) {
            return packet(
                    facts.features().hasNative()
                            ? "AF_XDP, which "
                                    + driver
                                    + " could do, takes CAP_BPF and CAP_NET_ADMIN outside of any"
                                    + " user namespace"
                            : driver + " runs no XDP");
        }
        if (facts.features().hasZeroCopy()) {
            return xdp("native with zero-copy: " + driver + " reads and writes our frames itself");
        }
        if (facts.features().hasNative()) {
            return xdp(
                    "native with a copy: "
                            + driver
                            + " runs the program before the kernel sees a frame, but has no"
                            + " zero-copy; packet: is the better one for bulk");
        }
        return packet(driver + " runs no XDP, and XDP behind the driver gains nothing over it");
    }

    private static PortChoice packet(String reason) {
        return new PortChoice(PortSpec.Kind.PACKET, true, "AF_PACKET, because " + reason);
    }

    private static PortChoice xdp(String reason) {
        return new PortChoice(PortSpec.Kind.XDP, true, "AF_XDP, " + reason);
    }
}
