package io.ringway.linux.differential;

import java.io.IOException;

/** A TCP with an address: a kernel's, or ours. */
interface Host {
    String address();

    /** Makes a listener; whoever connects to it is taken by {@link Listener#accept}. */
    Listener listen(int port) throws IOException;

    /**
     * Connects.
     *
     * @throws Conversation.RefusedException when nobody listens there
     */
    Conversation connect(String address, int port) throws IOException;

    /** A port that is listened at. */
    interface Listener extends AutoCloseable {
        Conversation accept() throws IOException;

        @Override
        void close() throws IOException;
    }
}
