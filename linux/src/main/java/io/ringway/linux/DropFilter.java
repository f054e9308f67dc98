package io.ringway.linux;

/** A socket filter that lets nothing pass. */
final class DropFilter {
    private static final int SOL_SOCKET = 1;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int SO_DETACH_FILTER = 27;

    private DropFilter() {}

    /** From now on whatever comes to the socket is dropped. Returns 0 or a negated error number. */
    static int attach(int socket) {
        return new ClassicBpf().end(0).attach(socket, SOL_SOCKET, SO_ATTACH_FILTER);
    }

    /** Lets everything pass again. */
    static int detach(int socket) {
        return Libc.setsockopt(socket, SOL_SOCKET, SO_DETACH_FILTER, 0);
    }
}
