package io.ringway.ip;

import io.ringway.wire.IpAddress;
import io.ringway.wire.IpPrefix;
import io.ringway.wire.MacAddress;

import java.util.List;

/** Changes addresses and routes together with all that depends on them. Control path. */
final class AddressControl {
    private static final long LINK_LOCAL_HIGH = 0xfe80L << 48;
    private static final int LINK_LOCAL_LENGTH = 64;

    private final LocalAddresses addresses;
    private final RouteTable routes;
    private final NeighbourTable table;
    private final DuplicateAddressDetection duplicates;
    private final IpPrefix linkLocal;
    private final int mtu;

    AddressControl(
            LocalAddresses addresses,
            RouteTable routes,
            NeighbourTable table,
            DuplicateAddressDetection duplicates,
            long mac,
            int mtu) {
        this.addresses = addresses;
        this.routes = routes;
        this.table = table;
        this.duplicates = duplicates;
        this.mtu = mtu;
        // RFC 4862 §5.3 with the interface identifier of RFC 4291 appendix A.
        this.linkLocal =
                new IpPrefix(
                        new IpAddress(LINK_LOCAL_HIGH, MacAddress.interfaceIdentifier(mac)),
                        LINK_LOCAL_LENGTH);
    }

    void configure(IpConfig config) {
        if (config.linkLocal()) {
            addLinkLocal();
        }
        config.addresses().forEach(this::addAddress);
        config.routes().forEach(this::addRoute);
    }

    void addAddress(IpPrefix address) {
        IpConfig.checkAddress(address);
        IpConfig.checkMtu(mtu, List.of(address), false);
        if (addresses.find(address.address().high(), address.address().low()) >= 0) {
            throw new IllegalStateException(address.address() + " is an address of ours already");
        }
        if (addresses.isFull()) {
            throw new IllegalStateException(
                    "no room for the address "
                            + address
                            + ": there are "
                            + addresses.count()
                            + " already; raise maxAddresses");
        }
        boolean isLinkLocal = address.address().isLinkLocal();
        if (!address.address().isIpv4() && !isLinkLocal) {
            addLinkLocal();
        }
        add(address);
    }

    /**
     * IPv6 does not work without a link-local address, so the first IPv6 address brings one (RFC
     * 4291 §2.8).
     */
    private void addLinkLocal() {
        for (int i = 0; i < addresses.count(); i++) {
            IpAddress address = addresses.prefix(i).address();
            if (!address.isIpv4() && address.isLinkLocal()) {
                return;
            }
        }
        add(linkLocal);
    }

    private void add(IpPrefix address) {
        addresses.add(address, duplicates.initialState(address.address().isIpv4()));
        duplicates.onAdded(addresses.count() - 1);
        routes.add(new Route(address, null));
        table.invalidateHints();
    }

    boolean removeAddress(IpAddress address) {
        int index = addresses.find(address.high(), address.low());
        if (index < 0) {
            return false;
        }
        Route network = new Route(addresses.prefix(index), null);
        duplicates.onRemoved(index);
        addresses.remove(index);
        boolean isNeeded = false;
        for (int i = 0; i < addresses.count(); i++) {
            isNeeded |= new Route(addresses.prefix(i), null).equals(network);
        }
        if (!isNeeded) {
            routes.remove(network);
        }
        table.invalidateHints();
        return true;
    }

    void addRoute(Route route) {
        routes.add(route);
        table.invalidateHints();
    }

    boolean removeRoute(Route route) {
        table.invalidateHints();
        return routes.remove(route);
    }
}
