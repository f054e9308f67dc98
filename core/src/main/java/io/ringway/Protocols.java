package io.ringway;

import io.ringway.ip.Ip;
import io.ringway.layer.Steering;
import io.ringway.memory.FrameBatch;
import io.ringway.port.Port;
import io.ringway.steering.SteeredQueue;
import io.ringway.tcp.Tcp;
import io.ringway.udp.Udp;

/** Makes a lane's protocols and joins them. */
final class Protocols {
    private static final int OTHER_LANES = 1000;

    final Ip ip;
    final Tcp tcp;
    final Udp udp;

    /**
     * @param lane whose pool, counters, users and queue exist already
     * @param seed the same for all lanes of the stack
     * @param output where IP puts the frames to be sent
     */
    Protocols(Lane lane, StackConfig config, Port port, long seed, FrameBatch output) {
        SteeredQueue steered = lane.steered();
        Steering steering = steered == null ? Steering.ALONE : steered;
        int index = lane.index();
        this.ip =
                new Ip(
                        config.ip(),
                        lane.frames(),
                        lane.counters(),
                        output,
                        port.capabilities(),
                        port.macAddress(),
                        port.mtu(),
                        SeedMix.derive(seed, index == 0 ? 1 : OTHER_LANES + index),
                        SeedMix.derive(seed, 1),
                        steering);
        this.tcp =
                new Tcp(
                        config.tcp(),
                        lane.frames(),
                        ip,
                        lane.counters(),
                        lane.connections(),
                        SeedMix.derive(seed, 2),
                        steering);
        this.udp =
                new Udp(
                        config.udp(),
                        lane.frames(),
                        ip,
                        lane.counters(),
                        lane.sockets(),
                        SeedMix.derive(seed, 3),
                        steering);
        ip.register(tcp);
        ip.register(udp);
    }
}
