package io.ringway.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.BitSet;

/** RFC 6056 §3.3.4, the double-hash algorithm. */
class PortAllocatorTest {
    private static final PortAllocator.InUse NOTHING = (lh, ll, port, rh, rl, remotePort) -> false;

    @Test
    void countsThroughTheWholeRangeForOneDestination() {
        PortAllocator ports = new PortAllocator(40_000, 40_099, 7);
        BitSet seen = new BitSet();
        int previous = ports.choose(0, 1, 0, 2, 80, NOTHING);
        seen.set(previous);
        for (int i = 1; i < 100; i++) {
            int port = ports.choose(0, 1, 0, 2, 80, NOTHING);
            assertThat(port).isEqualTo(previous == 40_099 ? 40_000 : previous + 1);
            seen.set(port);
            previous = port;
        }
        assertThat(seen.cardinality()).isEqualTo(100);
        assertThat(seen.nextSetBit(0)).isEqualTo(40_000);
    }

    @Test
    void passesOverWhatIsInUse() {
        PortAllocator ports = new PortAllocator(40_000, 40_099, 7);
        PortAllocator.InUse allButOne = (lh, ll, port, rh, rl, remotePort) -> port != 40_050;
        for (int i = 0; i < 10; i++) {
            assertThat(ports.choose(0, 1, 0, 2, 80, allButOne)).isEqualTo(40_050);
        }
    }

    @Test
    void asksAboutTheConnectionThatIsToBe() {
        PortAllocator ports = new PortAllocator(40_000, 40_000, 7);
        PortAllocator.InUse check =
                (lh, ll, port, rh, rl, remotePort) -> {
                    assertThat(new long[] {lh, ll, port, rh, rl, remotePort})
                            .containsExactly(1, 2, 40_000, 3, 4, 80);
                    return false;
                };
        assertThat(ports.choose(1, 2, 3, 4, 80, check)).isEqualTo(40_000);
    }

    @Test
    void givesUpAfterTryingEachOnce() {
        PortAllocator ports = new PortAllocator(40_000, 40_099, 7);
        int[] tried = new int[100];
        PortAllocator.InUse everything =
                (lh, ll, port, rh, rl, remotePort) -> {
                    tried[port - 40_000]++;
                    return true;
                };
        assertThat(ports.choose(0, 1, 0, 2, 80, everything)).isEqualTo(PortAllocator.NONE);
        assertThat(tried).containsOnly(1);
    }

    @Test
    void destinationsAndSeedsBeginElsewhere() {
        BitSet begins = new BitSet();
        PortAllocator ports =
                new PortAllocator(PortAllocator.DEFAULT_FIRST, PortAllocator.DEFAULT_LAST, 1);
        for (int host = 0; host < 500; host++) {
            int port = ports.choose(0, 1, 0, host, 80, NOTHING);
            assertThat(port).isBetween(PortAllocator.DEFAULT_FIRST, PortAllocator.DEFAULT_LAST);
            begins.set(port);
        }
        for (int seed = 0; seed < 500; seed++) {
            PortAllocator other =
                    new PortAllocator(
                            PortAllocator.DEFAULT_FIRST, PortAllocator.DEFAULT_LAST, seed);
            begins.set(other.choose(0, 1, 0, 2, 80, NOTHING));
        }
        assertThat(begins.cardinality()).isGreaterThan(960);
    }

    @Test
    void refusesARangeThatCannotBe() {
        assertThatThrownBy(() -> new PortAllocator(0, 10, 1)).hasMessageContaining("0 to 10");
        assertThatThrownBy(() -> new PortAllocator(20, 10, 1)).hasMessageContaining("20 to 10");
        assertThatThrownBy(() -> new PortAllocator(1, 65_536, 1)).hasMessageContaining("65536");
    }
}
