package io.ringway.tcp;

import io.ringway.memory.Slab;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Objects;

/** The lane's {@link Flight}s: made when first needed, then used over and over. */
final class FlightPool {
    private final int maximum;
    private final CongestionControls algorithms;
    private @Nullable Flight[] flights = new Flight[64];
    private int[] free = new int[64];
    private int freeCount;
    private int made;

    FlightPool(int maximum, CongestionControls algorithms) {
        this.maximum = maximum;
        this.algorithms = algorithms;
    }

    Flight get(int index) {
        Flight flight = made(index);
        assert flight.tcb >= 0 : index;
        return flight;
    }

    /** The Flight of that number, borrowed or not. */
    Flight made(int index) {
        return Objects.requireNonNull(flights[index]);
    }

    /** Takes one for connection {@code tcb}; null when the limit is reached. */
    @Nullable Flight borrow(int tcb, int sndNxt) {
        if (freeCount == 0 && !make()) {
            return null;
        }
        Flight flight = made(free[--freeCount]);
        flight.reset(tcb, sndNxt);
        return flight;
    }

    private boolean make() {
        if (made == maximum) {
            return false;
        }
        if (made == flights.length) {
            flights = Arrays.copyOf(flights, made * 2);
            free = Arrays.copyOf(free, made * 2);
        }
        flights[made] = new Flight(made, algorithms.at(0), algorithms.count());
        free[freeCount++] = made;
        made++;
        return true;
    }

    void giveBack(Flight flight) {
        assert flight.tcb != Slab.NONE : "given back twice";
        flight.tcb = Slab.NONE;
        free[freeCount++] = flight.index;
    }

    /** How many are borrowed. */
    int inUse() {
        return made - freeCount;
    }
}
