package io.ringway.port;

import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes every frame of a port, both ways, into a capture that Wireshark and tshark open:
 * super-frames as the segments that a wire would carry, checksums complete.
 *
 * <p>What is captured reaches the file within about a second while the stack runs, and in full when
 * the queues are closed. Wrap it around the device to see what the wire sees, and around an {@link
 * ImpairmentPort} to see what the stack sees.
 */
public final class PcapngPort extends PortDecorator {
    private final OutputStream file;
    private final long epochOffsetNs;
    private final List<PcapngWriter> writers = new ArrayList<>();

    /**
     * Captures into a stream, which {@link #close} closes.
     *
     * @param epochOffsetNs what to add to the lane's time to get nanoseconds since 1970
     */
    public PcapngPort(Port port, OutputStream file, long epochOffsetNs) {
        super(port);
        this.file = file;
        this.epochOffsetNs = epochOffsetNs;
        PcapngWriter first = new PcapngWriter(file, epochOffsetNs);
        first.begin(port.name(), port.macAddress());
        first.flush();
        writers.add(first);
    }

    /**
     * Captures into a file, which is replaced if it is there.
     *
     * @throws PortException when the file cannot be written
     */
    public static PcapngPort toFile(Port port, Path file, long epochOffsetNs) {
        try {
            // Not a channel: those close themselves when the lane's thread is interrupted.
            return new PcapngPort(port, new FileOutputStream(file.toFile()), epochOffsetNs);
        } catch (IOException e) {
            throw new PortException(
                    "cannot capture to "
                            + e.getMessage()
                            + "; give a file that you may write, in a folder that is there",
                    e);
        }
    }

    @Override
    public PortQueue open(int queue, FramePool pool, Counters counters) {
        PcapngWriter writer = new PcapngWriter(file, epochOffsetNs);
        PortQueue opened = port.open(queue, pool, counters);
        synchronized (writers) {
            writers.add(writer);
        }
        return new TapQueue(opened, new PcapngTap(pool, writer));
    }

    /**
     * Closes the port and the capture; close the queues first, which writes what they still hold.
     *
     * @throws PortException when the capture is not complete, because writing failed at some time
     */
    @Override
    public void close() {
        port.close();
        IOException failure = null;
        try {
            file.close();
        } catch (IOException e) {
            failure = e;
        }
        synchronized (writers) {
            for (PcapngWriter writer : writers) {
                failure = writer.failure() == null ? failure : writer.failure();
            }
        }
        if (failure != null) {
            throw new PortException(
                    "the capture of " + port.name() + " is not complete: " + failure.getMessage(),
                    failure);
        }
    }

    @Override
    public String toString() {
        return port + " captured";
    }
}
