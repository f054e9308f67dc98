package io.ringway.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.IdleStrategy;
import io.ringway.wire.IpPrefix;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

/** What programs say of their stack, and what they are told when it is wrong. */
class DoorConfigTest {
    @TempDir Path folder;

    private static DoorConfig read(String... settings) {
        Properties system = new Properties();
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            system.setProperty(setting.substring(0, equals), setting.substring(equals + 1));
        }
        return DoorConfig.read(DoorProperties.of(system));
    }

    @Test
    void nothingIsAStackOfItsOwn() {
        DoorConfig config = read("unrelated=1", "ringway.repetitions=7");
        assertThat(config.port()).isNull();
        assertThat(config.isStrict()).isFalse();
        assertThat(config.stack().lanes().count()).isEqualTo(1);
        assertThat(config.stack().ip().addresses()).isEmpty();
    }

    @Test
    void propertiesSayTheUsual() {
        DoorConfig config =
                read(
                        "ringway.port=tap0",
                        "ringway.address=198.18.0.2/24, 2001:2::2/64",
                        "ringway.gateway=198.18.0.1",
                        "ringway.lanes=2",
                        "ringway.idle=poll",
                        "ringway.congestion=bbr",
                        "ringway.strict=true");
        assertThat(config.port()).isEqualTo("tap0");
        assertThat(config.isStrict()).isTrue();
        assertThat(config.stack().ip().addresses())
                .isEqualTo(
                        List.of(IpPrefix.parse("198.18.0.2/24"), IpPrefix.parse("2001:2::2/64")));
        assertThat(config.stack().ip().routes()).hasSize(1);
        assertThat(config.stack().lanes().count()).isEqualTo(2);
        assertThat(config.stack().idle()).isEqualTo(IdleStrategy.POLL);
    }

    @Test
    void aFileSaysTheSameAndPropertiesGoFirst() throws IOException {
        Path file = folder.resolve("ringway.conf");
        Files.writeString(
                file, "# Ours\nport = packet:eth0\naddress=198.18.0.2/24\nringway.lanes=4\n");
        DoorConfig config = read("ringway.config=" + file, "ringway.lanes=3");
        assertThat(config.port()).isEqualTo("packet:eth0");
        assertThat(config.stack().lanes().count()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ringway.port=tap0 | ringway.address is missing: write which address
                    ringway.address=198.18.0.2/24 | ringway.port is missing: write what Ringway is
                    ringway.adress=198.18.0.2/24 | write ringway.address instead
                    ringway.lane=2 | write ringway.lanes instead
                    ringway.lanes=many | "many", and a number from 1 to 64 is expected: write
                    ringway.lanes=0 | a number from 1 to 64 is expected
                    ringway.strict=yes | true or false is expected: write for instance
                    ringway.idle=sometimes | choose spin, spin-then-poll or poll
                    ringway.profile=fast | choose default, latency, c10m, capture or wan
                    ringway.config=/no/such/file | write the path of a file with lines such as
                    ringway.port=t0 ringway.address=198.18.0.2 | the length of the network is missing
                    ringway.port=t0 ringway.address=198.18.0/24 | ringway.address=198.18.0.2/24
                    ringway.port=t0 ringway.address=198.18.0.0/24 | give the host's, such as
                    ringway.port=t0 ringway.address=198.18.0.2/24 ringway.gateway=198.19.0.1 | write the address of a router there
                    ringway.cores=0,1 ringway.lanes=3 | write a core for each lane
                    ringway.congestion=vegas | vegas
                    ringway.kernel-ports=9-1 | or two with a dash in between: write for instance
                    ringway.kernel-ports=0 | a port from 1 to 65535 is expected
                    ringway.kernel-ports=70000 | a port from 1 to 65535 is expected
                    ringway.kernel-port=9010 | write ringway.kernel-ports instead
                    ringway.kernel-ports=9010 ringway.strict=true | leave one of the two out
                    """)
    void whatIsWrongGetsOneSentence(String settings, String says) {
        assertThatThrownBy(() -> read(settings.split(" ")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(says)
                .satisfies(wrong ->
                        assertThat(wrong.getMessage())
                                .doesNotContain("\n")
                                .doesNotContain("Exception"));
    }

    @Test
    void portsStayInTheKernel() {
        assertThat(read("ringway.kernel-ports=9010, 8000-8010").kernelPorts())
                .containsExactly(new PortRange(9010, 9010), new PortRange(8000, 8010))
                .noneMatch(range -> range.contains(7999) || range.contains(8011))
                .anyMatch(range -> range.contains(8010));
    }

    @Test
    void aFileWithAnUnknownSettingIsRefused() throws IOException {
        Path file = folder.resolve("ringway.conf");
        Files.writeString(file, "speed=fast\n");
        assertThatThrownBy(() -> read("ringway.config=" + file))
                .hasMessageContaining("sets speed, which is no setting of Ringway: write one of")
                .hasMessageContaining("address, gateway");
    }
}
