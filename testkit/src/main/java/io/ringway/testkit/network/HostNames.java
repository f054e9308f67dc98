package io.ringway.testkit.network;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolver.LookupPolicy;
import java.net.spi.InetAddressResolverProvider;
import java.util.stream.Stream;

/**
 * Resolves the names of the present {@link Network}'s hosts, and leaves all others to the platform.
 * The JDK finds it by itself.
 */
public final class HostNames extends InetAddressResolverProvider {
    @Override
    public InetAddressResolver get(Configuration configuration) {
        return new Resolver(configuration.builtinResolver());
    }

    @Override
    public String name() {
        return "ringway-testkit";
    }

    private record Resolver(InetAddressResolver builtin) implements InetAddressResolver {
        @Override
        public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
                throws UnknownHostException {
            Host found = Network.present(host);
            if (found == null) {
                return builtin.lookupByName(host, policy);
            }
            int wanted = policy.characteristics();
            Stream.Builder<InetAddress> addresses = Stream.builder();
            boolean isIpv6First = (wanted & LookupPolicy.IPV6_FIRST) != 0;
            if ((wanted & LookupPolicy.IPV6) != 0 && isIpv6First) {
                addresses.add(named(found, found.address6()));
            }
            if ((wanted & LookupPolicy.IPV4) != 0) {
                addresses.add(named(found, found.address()));
            }
            if ((wanted & LookupPolicy.IPV6) != 0 && !isIpv6First) {
                addresses.add(named(found, found.address6()));
            }
            return addresses.build();
        }

        private static InetAddress named(Host host, InetAddress address)
                throws UnknownHostException {
            return InetAddress.getByAddress(host.name(), address.getAddress());
        }

        @Override
        public String lookupByAddress(byte[] octets) throws UnknownHostException {
            Host found = Network.present(InetAddress.getByAddress(octets));
            return found == null ? builtin.lookupByAddress(octets) : found.name();
        }
    }
}
