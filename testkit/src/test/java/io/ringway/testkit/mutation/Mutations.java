package io.ringway.testkit.mutation;

import java.util.List;
import java.util.stream.Stream;

/** The rules that are broken one at a time. */
final class Mutations {
    static final List<Mutation> ALL =
            Stream.of(ArrivalMutations.ALL, WindowMutations.ALL, RecoveryMutations.ALL)
                    .flatMap(List::stream)
                    .toList();

    private Mutations() {}
}
