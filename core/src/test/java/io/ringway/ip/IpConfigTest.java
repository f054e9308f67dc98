package io.ringway.ip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.ringway.memory.OwnerGuard;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpPrefix;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the caller can get wrong, and routes and addresses that change. */
class IpConfigTest {
    @Test
    void anMtuBelow68IsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IpConfig.builder().mtu(67).build())
                .withMessageContaining("68")
                .withMessageContaining("67");
        assertThat(IpConfig.builder().mtu(68).build().mtu()).isEqualTo(68);
    }

    @Test
    void ipv6NeedsAnMtuOf1280() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IpConfig.builder().mtu(1279).address("2001:2::1/64").build())
                .withMessageContaining("1280");
        IpConfig config = IpConfig.builder().address("2001:2::1/64").build();
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new IpHarness(config, io.ringway.port.PortCapabilities.NONE, 1000));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0/8",
                "127.0.0.1/8",
                "224.0.0.1/24",
                "255.255.255.255/32",
                "198.18.0.0/24",
                "198.18.0.255/24",
                "::/64",
                "::1/128",
                "ff02::1/64"
            })
    void whatCannotBeAHostsAddressIsRefused(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IpConfig.builder().address(address).build())
                .withMessageContaining(IpPrefix.parse(address).address().toString());
    }

    @Test
    void anAddressGivenTwiceIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        IpConfig.builder()
                                .address("198.18.0.1/24")
                                .address("198.18.0.1/16")
                                .build())
                .withMessageContaining("twice");
    }

    @Test
    void limitsAreNamedWhenTheyAreWrong() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IpConfig.builder().vlan(4095).build())
                .withMessageContaining("vlan must be 0 to 4094; given 4095");
    }

    @Test
    void aGatewayOfAnotherVersionIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Route(IpPrefix.parse("::/0"), Packets.GATEWAY));
    }

    @Test
    void theLongestPrefixWins() {
        RouteTable routes = new RouteTable(8, new OwnerGuard());
        routes.add(Route.byDefault(Packets.GATEWAY));
        routes.add(new Route(IpPrefix.parse("198.18.0.0/24"), null));
        IpAddress other = IpAddress.parse("198.18.0.9");
        routes.add(new Route(IpPrefix.parse("198.18.0.128/25"), other));
        routes.add(Route.byDefault(IpAddress.parse("fe80::1")));
        assertNextHop(routes, "198.18.0.5", IpAddress.parse("198.18.0.5"));
        assertNextHop(routes, "198.18.0.200", other);
        assertNextHop(routes, "192.0.2.1", Packets.GATEWAY);
        assertNextHop(routes, "2001:db8::1", IpAddress.parse("fe80::1"));
        assertThat(routes.remove(Route.byDefault(Packets.GATEWAY))).isTrue();
        IpAddress far = IpAddress.parse("192.0.2.1");
        // The IPv6 default route covers the mapped addresses by its bits, but not by its version.
        assertThat(routes.lookUp(far.high(), far.low())).isFalse();
    }

    private static void assertNextHop(RouteTable routes, String destination, IpAddress nextHop) {
        IpAddress address = IpAddress.parse(destination);
        assertThat(routes.lookUp(address.high(), address.low())).isTrue();
        assertThat(new IpAddress(routes.nextHopHigh(), routes.nextHopLow())).isEqualTo(nextHop);
    }

    @Test
    void addressesComeAndGoWithTheirRoutes() {
        try (IpHarness ip = new IpHarness(IpHarness.quiet().maxAddresses(4).build())) {
            ip.ip.addAddress(IpPrefix.parse("203.0.113.1/24"));
            Route network = new Route(IpPrefix.parse("203.0.113.0/24"), null);
            assertThat(ip.ip.routes()).contains(network);
            assertThatIllegalStateException()
                    .isThrownBy(() -> ip.ip.addAddress(IpPrefix.parse("203.0.113.1/24")));
            assertThat(ip.ip.removeAddress(IpAddress.parse("203.0.113.1"))).isTrue();
            assertThat(ip.ip.removeAddress(IpAddress.parse("203.0.113.1"))).isFalse();
            assertThat(ip.ip.routes()).doesNotContain(network);
        }
    }
}
