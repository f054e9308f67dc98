package io.ringway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetAddress;
import java.util.Random;

/** Addresses to text and back, and what they say when the text is wrong. */
class AddressesTest {
    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 0.0.0.0",
        "255.255.255.255, 255.255.255.255",
        "198.18.0.1, 198.18.0.1",
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        // RFC 5952 §4.1, §4.2.1 to §4.2.3, §4.3
        "2001:0db8::0001, 2001:db8::1",
        "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:db8::1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:DB8::ABCD, 2001:db8::abcd",
        "0:0:1:2:3:4:5:6, ::1:2:3:4:5:6",
        "1:2:3:4:5:6:0:0, 1:2:3:4:5:6::",
        "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
        "::ffff:198.18.0.1, 198.18.0.1",
        "::ffff:c612:1, 198.18.0.1"
    })
    void textIsReadAndWrittenCanonically(String text, String canonical) {
        IpAddress address = IpAddress.parse(text);
        assertThat(address).hasToString(canonical);
        assertThat(IpAddress.parse(canonical)).isEqualTo(address);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|four numbers",
                "198.18.0|four numbers",
                "198.18.0.1.2|four numbers",
                "localhost|four numbers",
                "198.18.0.256|\"256\" is not a number from 0 to 255",
                "198.18.0.-1|\"-1\" is not a number",
                "198.18..1|\"\" is not a number",
                "198.18.0.01|octal",
                "198.18.0.1 |\"1 \" is not a number",
                "1:2:3:4:5:6:7|eight groups are expected",
                "1:2:3:4:5:6:7:8:9|more than eight",
                "1::2::3|only once",
                ":::|only once",
                "1:2:3:4:5:6:7::8|at most seven",
                "12345::|\"12345\" is not one to four",
                ":1:2:3:4:5:6:7|\"\" is not one to four",
                "g::|\"g\" is not",
                "fe80::1%eth0|zone",
                "1.2.3.4::|only at the end",
                "::1.2.3|four numbers",
                "1:2:3:4:5:6:7:1.2.3.4|more than eight"
            },
            ignoreLeadingAndTrailingWhitespace = false)
    void wrongTextIsNamedAndExplained(String text, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IpAddress.parse(text))
                .withMessageStartingWith("\"" + text + "\" is not an IP address: ")
                .withMessageContaining(why);
    }

    @Test
    void randomAddressesSurviveTextAndOctetsAndThePlatform() throws Exception {
        long seed = 5952;
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            // Whole groups of zeros are rare unless they are asked for.
            long high = random.nextLong() & groups(random);
            long low = random.nextLong() & groups(random);
            IpAddress address = new IpAddress(high, low);
            assertThat(IpAddress.parse(address.toString())).as("seed %d", seed).isEqualTo(address);
            assertThat(IpAddress.ofBytes(address.toBytes())).isEqualTo(address);
            InetAddress platform = InetAddress.getByName(address.toString());
            assertThat(IpAddress.of(platform)).isEqualTo(address);
            assertThat(address.toInetAddress()).isEqualTo(platform);
        }
    }

    private static long groups(Random random) {
        long mask = 0;
        for (int i = 0; i < 4; i++) {
            mask = mask << 16 | (random.nextInt(3) == 0 ? 0 : 0xffff);
        }
        return mask;
    }

    @Test
    void kindsOfAddresses() {
        assertThat(IpAddress.ANY_IPV4.isUnspecified()).isTrue();
        assertThat(IpAddress.ANY_IPV6.isUnspecified()).isTrue();
        assertThat(IpAddress.parse("::1").isLoopback()).isTrue();
        assertThat(IpAddress.parse("127.9.9.9").isLoopback()).isTrue();
        assertThat(IpAddress.parse("128.0.0.1").isLoopback()).isFalse();
        assertThat(IpAddress.parse("224.0.0.1").isMulticast()).isTrue();
        assertThat(IpAddress.parse("239.255.255.255").isMulticast()).isTrue();
        assertThat(IpAddress.parse("240.0.0.1").isMulticast()).isFalse();
        assertThat(IpAddress.parse("223.0.0.1").isMulticast()).isFalse();
        assertThat(IpAddress.parse("ff02::1").isMulticast()).isTrue();
        assertThat(IpAddress.parse("fe80::1").isMulticast()).isFalse();
        assertThat(IpAddress.parse("fe80::1").isLinkLocal()).isTrue();
        assertThat(IpAddress.parse("febf::1").isLinkLocal()).isTrue();
        assertThat(IpAddress.parse("fec0::1").isLinkLocal()).isFalse();
        assertThat(IpAddress.parse("169.254.3.4").isLinkLocal()).isTrue();
        assertThat(IpAddress.parse("169.253.3.4").isLinkLocal()).isFalse();
        assertThat(IpAddress.BROADCAST_IPV4.isBroadcast()).isTrue();
        assertThat(IpAddress.ofIpv4(0xc6120001).ipv4()).isEqualTo(0xc6120001);
        assertThat(IpAddress.parse("2001:2::12:3456").solicitedNode())
                .hasToString("ff02::1:ff12:3456");
        assertThat(IpAddress.parse("9.0.0.1")).isLessThan(IpAddress.parse("10.0.0.1"));
        assertThat(IpAddress.parse("255.0.0.1")).isLessThan(IpAddress.parse("::"));
        assertThat(IpAddress.parse("1::")).isLessThan(IpAddress.parse("ff00::"));
    }

    @ParameterizedTest
    @CsvSource({
        "198.18.0.1/24, 198.18.0.0/24, 198.18.0.255, 198.18.0.77, 198.18.1.1",
        "198.18.0.1/32, 198.18.0.1/32, 198.18.0.1, 198.18.0.1, 198.18.0.2",
        "198.18.0.1/0, 0.0.0.0/0, 255.255.255.255, 1.2.3.4, ::1",
        "2001:2::1/64, 2001:2::/64, 2001:2::ffff:ffff:ffff:ffff, 2001:2::9, 2001:3::9",
        "2001:2::1/70, 2001:2::/70, 2001:2::3ff:ffff:ffff:ffff, 2001:2::9, 2001:2::4ff:0:0:0",
        "2001:2::1/0, ::/0, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, fe80::, 1.2.3.4",
        "2001:2::1, 2001:2::1/128, 2001:2::1, 2001:2::1, 2001:2::2"
    })
    void prefixes(String text, String network, String last, String inside, String outside) {
        IpPrefix prefix = IpPrefix.parse(text);
        assertThat(prefix.network()).hasToString(network);
        assertThat(prefix.last()).hasToString(last);
        assertThat(prefix.contains(IpAddress.parse(inside))).isTrue();
        assertThat(prefix.contains(prefix.address())).isTrue();
        assertThat(prefix.contains(IpAddress.parse(outside))).isFalse();
        assertThat(IpPrefix.parse(prefix.toString())).isEqualTo(prefix);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"198.18.0.1/33", "2001:2::1/129", "198.18.0.1/", "198.18.0.1/-1", "1/2"})
    void wrongPrefixes(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> IpPrefix.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"198.18.0.1:80", "[2001:2::1]:65535", "0.0.0.0:0", "[::]:7"})
    void endpoints(String text) {
        Endpoint endpoint = Endpoint.parse(text);
        assertThat(endpoint).hasToString(text);
        assertThat(endpoint.toInetSocketAddress().getPort()).isEqualTo(endpoint.port());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "198.18.0.1",
                "198.18.0.1:",
                "198.18.0.1:65536",
                "198.18.0.1:+1",
                "2001:2::1:80",
                "[2001:2::1]",
                "[2001:2::1:80",
                "[2001:2::1]80",
                ":80"
            })
    void wrongEndpointsAreNamed(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.parse(text))
                .withMessageContaining("\"");
    }

    @Test
    void linkAddresses() {
        long mac = MacAddress.parse("02:00:5e:00:53:fF");
        assertThat(MacAddress.format(mac)).isEqualTo("02:00:5e:00:53:ff");
        assertThat(MacAddress.parse("02-00-5e-00-53-ff")).isEqualTo(mac);
        assertThat(MacAddress.isUnicast(mac)).isTrue();
        assertThat(MacAddress.isLocallyAdministered(mac)).isTrue();
        assertThat(MacAddress.isMulticast(MacAddress.BROADCAST)).isTrue();
        assertThat(MacAddress.isUnicast(0)).isFalse();
        // RFC 1112 §6.4, RFC 2464 §4 and §7
        assertThat(MacAddress.format(MacAddress.ofIpv4Multicast(0xe0_80_00_01)))
                .isEqualTo("01:00:5e:00:00:01");
        assertThat(MacAddress.format(MacAddress.ofIpv6Multicast(0x1_ff12_3456L)))
                .isEqualTo("33:33:ff:12:34:56");
        long id = MacAddress.interfaceIdentifier(MacAddress.parse("34:56:78:9a:bc:de"));
        assertThat(id).isEqualTo(0x3656_78ff_fe9a_bcdeL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "02:00:5e:00:53",
                "02:00:5e-00:53:01",
                "02.00.5e.00.53.01",
                "0g:00:5e:00:53:01"
            })
    void wrongLinkAddressesAreNamed(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MacAddress.parse(text))
                .withMessageContaining("\"" + text + "\" is not a link address");
    }
}
