package io.ringway;

/**
 * What hears of everything that may make a socket ready, for as long as it watches ({@link
 * Readiness#watch}). On the socket's lane, after {@link Readiness} says so; sometimes without any
 * news. Must not block.
 */
public interface ReadinessWatcher {
    /** One that nobody hears of. */
    ReadinessWatcher NOBODY =
            new ReadinessWatcher() {
                @Override
                public void onReadable() {}

                @Override
                public void onWritable() {}
            };

    /** A read would not block. */
    void onReadable();

    /** A write would not block. */
    void onWritable();
}
