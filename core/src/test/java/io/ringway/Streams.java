package io.ringway;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.SplittableRandom;

/** Octets that depend on their position and on a seed, sent and checked in pieces of any length. */
final class Streams {
    private static final int LONGEST = 50_000;

    private Streams() {}

    static int send(OutputStream to, int total, int seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] piece = new byte[LONGEST];
        for (int sent = 0; sent < total; ) {
            int length = Math.min(random.nextInt(LONGEST) + 1, total - sent);
            for (int i = 0; i < length; i++) {
                piece[i] = octet(sent + i, seed);
            }
            to.write(piece, 0, length);
            sent += length;
        }
        return total;
    }

    static int receive(InputStream from, int total, int seed) throws IOException {
        SplittableRandom random = new SplittableRandom(~seed);
        byte[] piece = new byte[LONGEST];
        for (int received = 0; received < total; ) {
            int wanted = Math.min(random.nextInt(LONGEST) + 1, total - received);
            int count = from.read(piece, 0, wanted);
            if (count < 0) {
                throw new AssertionError("the stream ended at octet " + received);
            }
            for (int i = 0; i < count; i++) {
                if (piece[i] != octet(received + i, seed)) {
                    throw new AssertionError("octet " + (received + i) + " is wrong");
                }
            }
            received += count;
        }
        return total;
    }

    private static byte octet(int position, int seed) {
        return (byte) (position * 31 + (position >>> 8) + seed);
    }
}
