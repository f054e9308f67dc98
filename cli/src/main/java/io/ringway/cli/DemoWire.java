package io.ringway.cli;

import io.ringway.cli.http.ByteRange;

import java.io.IOException;
import java.util.function.IntConsumer;

/**
 * Our stack with a web server, and somebody at the other end of its wire: the kernel, or a second
 * stack of ours.
 */
interface DemoWire extends AutoCloseable {
    /**
     * What came back of some pings.
     *
     * @param who pings whom
     * @param sent how many requests
     * @param received how many replies
     * @param meanNs the mean round trip
     */
    record Pings(String who, int sent, int received, long meanNs) {}

    /** Who downloads, in a word. */
    String client();

    /**
     * Downloads a part of the file, and returns its SHA-256 in hexadecimal. Any platform thread.
     */
    String download(boolean isIpv4, ByteRange part, IntConsumer onOctets)
            throws IOException, InterruptedException;

    /** The other end pings ours. */
    Pings pingUs(int count) throws InterruptedException;

    /** Ours pings the other end. */
    Pings pingThem(int count) throws InterruptedException;

    /** Segments that our stack has sent again so far. */
    long retransmitted();

    @Override
    void close();
}
