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
        int index = free[--freeCount];
        Flight flight = flights[index];
        if (flight == null) {
            // The one that was here has moved to another lane.
            flight = new Flight(index, algorithms.at(0), algorithms.count());
            flights[index] = flight;
        }
        flight.reset(tcb, sndNxt);
        return flight;
    }

    /** Parts with a borrowed one, which goes to another lane. */
    void part(Flight flight) {
        flights[flight.index] = null;
        free[freeCount++] = flight.index;
    }

    /** Takes in one that comes from another lane, beyond the limit if need be. */
    void adopt(Flight flight, int tcb) {
        if (freeCount == 0) {
            add();
        }
        flight.index = free[--freeCount];
        flight.tcb = tcb;
        flights[flight.index] = flight;
    }

    private boolean make() {
        if (made >= maximum) {
            return false;
        }
        add();
        return true;
    }

    private void add() {
        if (made == flights.length) {
            flights = Arrays.copyOf(flights, made * 2);
            free = Arrays.copyOf(free, made * 2);
        }
        free[freeCount++] = made;
        made++;
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
