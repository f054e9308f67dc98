package io.ringway.cli;

import io.ringway.Lane;
import io.ringway.TcpConnection;
import io.ringway.TcpHandler;
import io.ringway.tcp.CloseReason;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/**
 * Joins a connection to two streams of this process: one thread reads the input, the caller's
 * writes the output, and the lane between them never waits. What is on its way in each direction is
 * bounded.
 */
final class StreamPump implements TcpHandler {
    private static final int PIECE = 64 * 1024;
    private static final int MAX_PIECES = 16;
    private static final byte[] END = {};

    private final Lane lane;
    private final InputStream input;
    private final OutputStream output;
    private final Semaphore room = new Semaphore(MAX_PIECES);
    private final BlockingQueue<byte[]> received = new ArrayBlockingQueue<>(MAX_PIECES + 1);
    private final CompletableFuture<CloseReason> closed = new CompletableFuture<>();

    // The lane's.
    private final Queue<byte[]> toSend = new ArrayDeque<>();
    private @Nullable TcpConnection connection;
    private int sentOfFirst;
    private boolean isReceived;

    StreamPump(Lane lane, InputStream input, OutputStream output) {
        this.lane = lane;
        this.input = input;
        this.output = output;
    }

    /** Why the connection is over; null while it is not. */
    @Nullable CloseReason closeReason() {
        return closed.getNow(null);
    }

    @Override
    public void onOpen(TcpConnection opened) {
        connection = opened.hold();
    }

    /**
     * Moves octets until the connection is over, and returns why it is. The calling thread writes
     * the output.
     */
    CloseReason run() throws InterruptedException {
        Thread.ofPlatform().name("ringway-input").daemon().start(this::read);
        try {
            for (byte[] piece = received.take(); piece.length > 0; piece = received.take()) {
                output.write(piece);
                output.flush();
                lane.execute(this::receive);
            }
        } catch (IOException e) {
            throw new Failure(ExitStatus.FAILED, "standard output is closed", e);
        }
        return closed.join();
    }

    private void read() {
        byte[] piece = new byte[PIECE];
        try {
            for (int length = input.read(piece); length >= 0; length = input.read(piece)) {
                room.acquire();
                offer(Arrays.copyOf(piece, length));
            }
            offer(END);
        } catch (IOException e) {
            offer(END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void offer(byte[] piece) {
        lane.execute(() -> {
            toSend.add(piece);
            send();
        });
    }

    @Override
    public void onReadable(TcpConnection readable) {
        receive();
    }

    @Override
    public void onWritable(TcpConnection writable) {
        send();
    }

    private void send() {
        TcpConnection to = connection;
        if (to == null || !to.isOpen()) {
            return;
        }
        for (byte[] first = toSend.peek(); first != null; first = toSend.peek()) {
            if (first.length == 0) {
                to.shutdownOutput();
                toSend.remove();
                return;
            }
            sentOfFirst += to.write(first, sentOfFirst, first.length - sentOfFirst);
            if (sentOfFirst < first.length) {
                return;
            }
            toSend.remove();
            sentOfFirst = 0;
            room.release();
        }
    }

    private void receive() {
        TcpConnection from = connection;
        if (from == null || !from.isOpen() || isReceived) {
            return;
        }
        while (from.available() > 0 && received.remainingCapacity() > 1) {
            byte[] piece = new byte[Math.min(PIECE, from.available())];
            from.read(piece, 0, piece.length);
            received.add(piece);
        }
        if (from.isEndOfStream()) {
            end();
        }
    }

    private void end() {
        if (!isReceived) {
            isReceived = true;
            received.add(END);
        }
    }

    @Override
    public void onClosed(TcpConnection over, CloseReason reason) {
        closed.complete(reason);
        end();
    }
}
