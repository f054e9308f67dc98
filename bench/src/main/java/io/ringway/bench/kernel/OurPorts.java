package io.ringway.bench.kernel;

import io.ringway.linux.NetNamespace;
import io.ringway.linux.PacketConfig;
import io.ringway.linux.PacketPort;
import io.ringway.linux.TapConfig;
import io.ringway.linux.TapPort;
import io.ringway.linux.XdpConfig;
import io.ringway.linux.XdpPort;
import io.ringway.port.Port;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpPrefix;

import java.util.List;

/** The devices that our stack is reached by from a client's namespace, one of each kind. */
final class OurPorts {
    private OurPorts() {}

    /** A TAP, whose other end is the kernel's. */
    static Port tap(NetNamespace client) {
        TapConfig tap =
                TapConfig.builder()
                        .kernelAddresses(List.of(IpPrefix.parse("198.18.0.1/24")))
                        .build();
        return client.call(() -> TapPort.open(tap));
    }

    /** A veth into a namespace without addresses, with an AF_PACKET port at its end. */
    static Port packet(NetNamespace client, NetNamespace server) {
        veth(client, "packet0", "198.18.2.1/24", server, "packet1");
        server.output("ip", "link", "set", "packet1", "up");
        PacketConfig config = PacketConfig.builder("packet1").build();
        return server.call(() -> PacketPort.open(config));
    }

    /** The same with an AF_XDP port. */
    static Port xdp(NetNamespace client, NetNamespace server) {
        veth(client, "xdp0", "198.18.3.1/24", server, "xdp1");
        server.output("ip", "link", "set", "xdp1", "up");
        XdpConfig config =
                XdpConfig.builder("xdp1").own(IpAddress.parse(Side.XDP.address())).build();
        return server.call(() -> XdpPort.open(config));
    }

    /** Joins two namespaces; the near end gets an address and is up. */
    static void veth(
            NetNamespace near, String nearName, String address, NetNamespace far, String farName) {
        near.output(
                "ip",
                "link",
                "add",
                nearName,
                "type",
                "veth",
                "peer",
                "name",
                farName,
                "netns",
                far.path());
        near.address(nearName, IpPrefix.parse(address));
    }
}
