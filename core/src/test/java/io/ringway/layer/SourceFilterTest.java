package io.ringway.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.wire.IpAddress;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** RFC 3376 §3.2: what sockets want to hear, and what that comes to for the interface. */
class SourceFilterTest {
    private static final IpAddress A = IpAddress.parse("198.18.0.1");
    private static final IpAddress B = IpAddress.parse("198.18.0.2");
    private static final IpAddress C = IpAddress.parse("198.18.0.3");

    @Test
    void theExamplesOfTheRfc() {
        assertThat(
                        SourceFilter.union(
                                List.of(
                                        SourceFilter.allBut(List.of(A, B, C)),
                                        SourceFilter.allBut(List.of(B, C)),
                                        SourceFilter.only(List.of(C)))))
                .isEqualTo(SourceFilter.allBut(List.of(B)));
        assertThat(
                        SourceFilter.union(
                                List.of(
                                        SourceFilter.only(List.of(A, B)),
                                        SourceFilter.only(List.of(B, C)))))
                .isEqualTo(SourceFilter.only(List.of(A, B, C)));
        assertThat(SourceFilter.union(List.of())).isEqualTo(SourceFilter.NONE);
        assertThat(SourceFilter.union(List.of(SourceFilter.NONE, SourceFilter.ALL)))
                .isEqualTo(SourceFilter.ALL);
    }

    @Test
    void whoIsHeardByOneIsHeardByAll() {
        Random random = new Random(1112);
        for (int round = 0; round < 500; round++) {
            List<SourceFilter> all = new ArrayList<>();
            for (int i = random.nextInt(5); i > 0; i--) {
                List<IpAddress> some = new ArrayList<>(List.of(A, B, C));
                some.removeIf(_ -> random.nextBoolean());
                all.add(new SourceFilter(random.nextBoolean(), some));
            }
            SourceFilter union = SourceFilter.union(all);
            for (IpAddress source : List.of(A, B, C, IpAddress.LOOPBACK_IPV4)) {
                assertThat(union.accepts(source))
                        .as("%s of %s", source, all)
                        .isEqualTo(all.stream().anyMatch(each -> each.accepts(source)));
            }
        }
    }

    @Test
    void tooManySourcesBecomeEverybody() {
        List<IpAddress> many = new ArrayList<>();
        for (int i = 0; i < SourceFilter.MOST_SOURCES; i++) {
            many.add(IpAddress.ofIpv4(0xc612_0000 + i));
        }
        SourceFilter full = SourceFilter.only(many);
        SourceFilter other = SourceFilter.only(List.of(IpAddress.LOOPBACK_IPV4));
        assertThat(SourceFilter.union(List.of(full, full))).isEqualTo(full);
        assertThat(SourceFilter.union(List.of(full, other))).isEqualTo(SourceFilter.ALL);
        many.add(A.equals(many.getFirst()) ? B : IpAddress.LOOPBACK_IPV4);
        assertThatThrownBy(() -> SourceFilter.only(many))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65");
    }
}
