package io.ringway.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.linux.XdpConfig.Mode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class PortSpecTest {
    @Test
    void aPortHasAKindAnInterfaceAndOptions() {
        assertThat(PortSpec.parse("tap0")).isEqualTo(spec(PortSpec.Kind.TAP, "tap0"));
        assertThat(PortSpec.parse("tap:tap0")).isEqualTo(spec(PortSpec.Kind.TAP, "tap0"));
        assertThat(PortSpec.parse("packet:eth0")).isEqualTo(spec(PortSpec.Kind.PACKET, "eth0"));
        assertThat(PortSpec.parse("auto:eth0")).isEqualTo(spec(PortSpec.Kind.AUTO, "eth0"));
        assertThat(PortSpec.parse("xdp:eth0,mode=generic,queues=2,ports=80+8000-8100"))
                .isEqualTo(
                        new PortSpec(
                                PortSpec.Kind.XDP,
                                "eth0",
                                Mode.GENERIC,
                                2,
                                List.of(new PortRange(80, 80), new PortRange(8_000, 8_100))));
    }

    private static PortSpec spec(PortSpec.Kind kind, String name) {
        return new PortSpec(kind, name, Mode.AUTO, 0, List.of());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "80                          | looks like a TCP port",
                "''                          | 1 to 15 characters",
                "xdp:                        | 1 to 15 characters",
                "xdp:an-interface-too-long   | 1 to 15 characters",
                "dpdk:eth0                   | a port is \"tap0\", \"packet:eth0\"",
                "xdp:eth0,mode=fast          | mode is native or generic",
                "packet:eth0,mode=native     | only xdp has a mode",
                "xdp:eth0,queues=0           | from 1 to 64",
                "xdp:eth0,queues=many        | from 1 to 64",
                "xdp:eth0,ports=80+          | from 1 to 65535",
                "xdp:eth0,ports=90-80        | the first not above the last",
                "xdp:eth0,zerocopy           | the options of a port are"
            })
    void whatIsNoneIsToldInASentence(String text, String part) {
        assertThatThrownBy(() -> PortSpec.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(part);
    }
}
