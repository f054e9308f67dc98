package io.ringway;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Who drives the lanes of a stack that has no threads of its own. Any thread. */
final class LaneDrivers {
    private final StackConfig config;
    private final List<Lane> lanes;
    private final List<LaneDriver> drivers = new ArrayList<>();

    LaneDrivers(StackConfig config, List<Lane> lanes) {
        this.config = config;
        this.lanes = lanes;
    }

    /**
     * A driver for the first lane that has none.
     *
     * @throws IllegalStateException when each has one
     */
    synchronized LaneDriver take() {
        drivers.removeIf(LaneDriver::isReleased);
        for (Lane lane : lanes) {
            if (drivers.stream().noneMatch(driver -> driver.lane() == lane)) {
                LaneDriver driver = new LaneDriver(lane, config);
                drivers.add(driver);
                return driver;
            }
        }
        throw new IllegalStateException(
                "the stack has "
                        + lanes.size()
                        + (lanes.size() == 1 ? " lane, and it is" : " lanes, and all are")
                        + " driven already: use no more event loops than lanes, or give the stack"
                        + " more of them, StackConfig.builder().lanes(…)");
    }

    /** Throws when somebody drives a lane. */
    synchronized void requireNone() {
        if (!drivers.stream().allMatch(LaneDriver::isReleased)) {
            throw new IllegalStateException(
                    "event loops drive the lanes already, and start() would drive them once more");
        }
    }

    /**
     * Closes all lanes, those that send through others' ports first: each by who drives it, and
     * where nobody does, here.
     */
    void closeLanes() {
        List<LaneDriver> all;
        synchronized (this) {
            all = new ArrayList<>(drivers);
        }
        all.sort(Comparator.comparingInt(driver -> -driver.lane().index()));
        all.forEach(LaneDriver::closeAndWait);
        for (Lane lane : lanes.reversed()) {
            lane.startOn(null);
            lane.close(config.clock().nanoTime());
        }
    }
}
