package io.ringway.linux.differential;

import java.io.IOException;

/** One side of a connection, whoever's TCP it is; every method waits until it is done. */
interface Conversation {
    /**
     * Reads at least one octet.
     *
     * @return how many, or -1 at the end of the stream
     * @throws ResetException when the peer has reset the connection
     */
    int read(byte[] into, int length) throws IOException;

    /** Octets that have arrived and were not read. */
    int available() throws IOException;

    /**
     * Writes all of it.
     *
     * @throws ResetException when the peer has reset the connection
     */
    void write(byte[] from, int offset, int length) throws IOException;

    /** Ends our stream. */
    void shutdownOutput() throws IOException;

    void close() throws IOException;

    /** Closes by a reset. */
    void abort() throws IOException;

    /** The peer has reset the connection. */
    final class ResetException extends IOException {
        private static final long serialVersionUID = 1;

        ResetException() {
            super("reset");
        }
    }

    /** Nobody listens there. */
    final class RefusedException extends IOException {
        private static final long serialVersionUID = 1;

        RefusedException() {
            super("refused");
        }
    }
}
