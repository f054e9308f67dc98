package io.ringway;

import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Pins the thread of one lane to its core, and tells whoever starts the stack how that went: a
 * stack that was to be pinned and is not would be slow without a word.
 */
final class Pinning {
    private static final int NONE = -1;

    private final int core;
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    private Pinning(int core) {
        this.core = core;
    }

    /** For the lane {@code index} of a stack whose lanes have these cores, or none. */
    static Pinning of(List<Integer> cores, int index) {
        return new Pinning(cores.isEmpty() ? NONE : cores.get(index));
    }

    /**
     * Pins the calling thread, if it is to be.
     *
     * @return whether it is where it should be; otherwise {@link #await} says why not
     */
    boolean pin() {
        try {
            if (core != NONE) {
                provider().pin(core);
            }
            done.complete(null);
            return true;
        } catch (RuntimeException refused) {
            done.completeExceptionally(refused);
            return false;
        }
    }

    private CorePinning provider() {
        return ServiceLoader.load(CorePinning.class, CorePinning.class.getClassLoader())
                .findFirst()
                .orElseThrow(() ->
                        new StackException(
                                "cannot pin a lane to core "
                                        + core
                                        + ": nothing here can pin threads; put"
                                        + " io.ringway.linux on the path, or name no"
                                        + " cores"));
    }

    /** Waits for {@link #pin} on the lane's thread, and throws what it failed with. */
    void await() {
        try {
            done.join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
        }
    }
}
