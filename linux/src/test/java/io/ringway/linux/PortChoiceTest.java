package io.ringway.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is chosen follows from facts alone. */
class PortChoiceTest {
    private static final XdpFeatures NONE = new XdpFeatures(0, 0);
    private static final XdpFeatures NATIVE = new XdpFeatures(3, 0);
    private static final XdpFeatures ZERO_COPY = new XdpFeatures(11, 2);

    @Test
    void aCardWithZeroCopyIsForXdp() {
        PortChoice choice = choose("ice", ZERO_COPY, true);
        assertThat(choice.kind()).isEqualTo(PortSpec.Kind.XDP);
        assertThat(choice.reason()).contains("zero-copy", "ice");
    }

    @Test
    void aCardWhoseDriverRunsXdpIsForItToo() {
        assertThat(choose("igb", NATIVE, true).kind()).isEqualTo(PortSpec.Kind.XDP);
    }

    @Test
    void superFramesFromMemoryToMemoryAreForPacket() {
        PortChoice choice = choose("veth", NATIVE, true);
        assertThat(choice.kind()).isEqualTo(PortSpec.Kind.PACKET);
        assertThat(choice.reason()).contains("super-frames", "veth");
    }

    @Test
    void withoutThePrivilegeOrTheDriverItIsPacket() {
        assertThat(choose("ice", ZERO_COPY, false).kind()).isEqualTo(PortSpec.Kind.PACKET);
        assertThat(choose("ice", ZERO_COPY, false).reason()).contains("CAP_BPF");
        assertThat(choose("e1000", NONE, true).kind()).isEqualTo(PortSpec.Kind.PACKET);
    }

    @Test
    void whatIsNoEthernetHasNone() {
        var facts = new InterfaceFacts("sit0", "sit", false, NONE, true);
        assertThat(PortChoice.of(facts).isPossible()).isFalse();
    }

    private static PortChoice choose(String driver, XdpFeatures features, boolean mayLoad) {
        return PortChoice.of(new InterfaceFacts("eth0", driver, true, features, mayLoad));
    }
}
