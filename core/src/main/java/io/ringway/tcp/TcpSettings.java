package io.ringway.tcp;

import java.util.HashMap;
import java.util.Map;

/** What single connections have set for themselves; the configuration holds for the others. */
final class TcpSettings {
    private record Own(
            long keepAliveIdleNs, long keepAliveIntervalNs, int probes, long userTimeoutNs) {}

    private final TcpConfig config;
    private final Own common;
    private final Map<Integer, Own> byConnection = new HashMap<>();

    TcpSettings(TcpConfig config) {
        this.config = config;
        this.common =
                new Own(
                        config.keepAliveIdleNs(),
                        config.keepAliveIntervalNs(),
                        config.keepAliveProbes(),
                        config.userTimeoutNs());
    }

    long keepAliveIdleNs(Tcb tcb) {
        return tcb.has(Flag.HAS_SETTINGS) ? own(tcb).keepAliveIdleNs : config.keepAliveIdleNs();
    }

    long keepAliveIntervalNs(Tcb tcb) {
        return tcb.has(Flag.HAS_SETTINGS)
                ? own(tcb).keepAliveIntervalNs
                : config.keepAliveIntervalNs();
    }

    int keepAliveProbes(Tcb tcb) {
        return tcb.has(Flag.HAS_SETTINGS) ? own(tcb).probes : config.keepAliveProbes();
    }

    long userTimeoutNs(Tcb tcb) {
        return tcb.has(Flag.HAS_SETTINGS) ? own(tcb).userTimeoutNs : config.userTimeoutNs();
    }

    void keepAlive(Tcb tcb, long idleNs, long intervalNs, int probes) {
        put(tcb, new Own(idleNs, intervalNs, probes, own(tcb).userTimeoutNs));
    }

    void userTimeout(Tcb tcb, long timeoutNs) {
        Own own = own(tcb);
        put(tcb, new Own(own.keepAliveIdleNs, own.keepAliveIntervalNs, own.probes, timeoutNs));
    }

    private void put(Tcb tcb, Own own) {
        tcb.set(Flag.HAS_SETTINGS);
        byConnection.put(tcb.index(), own);
    }

    private Own own(Tcb tcb) {
        return byConnection.getOrDefault(tcb.index(), common);
    }

    void forget(Tcb tcb) {
        if (tcb.has(Flag.HAS_SETTINGS)) {
            byConnection.remove(tcb.index());
        }
    }
}
