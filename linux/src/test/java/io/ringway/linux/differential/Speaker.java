package io.ringway.linux.differential;

import io.ringway.linux.differential.Exchange.Plan;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;

/** Plays one side of a plan, and notes what it has heard and how it ended. */
final class Speaker {
    private static final int BUFFER = 3_001;
    private static final long PATIENCE_NS = 60_000_000_000L;
    private static final int TALK_ON_LIMIT = 20_000;

    private final Plan plan;
    private final boolean isEnding;
    private final List<Integer> own;
    private final List<Integer> others;
    private final int salt;
    private final byte[] buffer = new byte[BUFFER];
    private final CRC32C checksum = new CRC32C();
    private int received;
    private int sent;

    Speaker(Plan plan, boolean isNear) {
        this.plan = plan;
        this.isEnding = plan.isNearEnding() == isNear;
        this.own = isNear ? plan.nearPieces() : plan.farPieces();
        this.others = isNear ? plan.farPieces() : plan.nearPieces();
        this.salt = isNear ? 17 : 91;
    }

    /**
     * What is compared.
     *
     * @param octets heard
     * @param checksum of what was heard
     * @param end how it ended for this side
     */
    record Heard(int octets, long checksum, String end) {}

    Heard play(Conversation with) throws IOException {
        String end;
        try {
            end = isEnding ? playEnding(with) : playOther(with);
        } catch (Conversation.ResetException reset) {
            end = "reset by the peer";
            with.close();
        }
        return new Heard(received, checksum.getValue(), end);
    }

    Heard refused() {
        return new Heard(0, 0, "refused");
    }

    private String playEnding(Conversation with) throws IOException {
        switch (plan.ending()) {
            case HALF_CLOSE, BOTH_CLOSE -> {
                sayAll(with);
                with.shutdownOutput();
                hearOut(with);
                with.close();
            }
            case BY_TURNS -> {
                for (int i = 0; i < Math.max(own.size(), others.size()); i++) {
                    say(with, piece(own, i));
                    hear(with, piece(others, i));
                }
                with.shutdownOutput();
                hearOut(with);
                with.close();
            }
            case RESET -> {
                sayAll(with);
                hear(with, sum(others));
                with.abort();
                return "aborted";
            }
            case CLOSE_UNREAD -> {
                sayAll(with);
                int unread = 1 + sum(others) / 3;
                hear(with, sum(others) - unread);
                awaitUnread(with, unread);
                with.close();
                return "closed with data unread";
            }
            case TALK_ON -> {
                sayAll(with);
                with.close();
                return "closed";
            }
            case REFUSED -> throw new IOException("somebody listens");
        }
        return "end of stream";
    }

    private String playOther(Conversation with) throws IOException {
        switch (plan.ending()) {
            case HALF_CLOSE -> {
                hearOut(with);
                sayAll(with);
                with.close();
            }
            case BOTH_CLOSE -> {
                sayAll(with);
                with.shutdownOutput();
                hearOut(with);
                with.close();
            }
            case BY_TURNS -> {
                for (int i = 0; i < Math.max(own.size(), others.size()); i++) {
                    hear(with, piece(others, i));
                    say(with, piece(own, i));
                }
                hearOut(with);
                with.close();
            }
            case RESET, CLOSE_UNREAD -> {
                hear(with, sum(others));
                sayAll(with);
                talkOn(with);
            }
            case TALK_ON -> {
                hearOut(with);
                talkOn(with);
            }
            case REFUSED -> throw new IOException("somebody listens");
        }
        return "end of stream";
    }

    private static void awaitUnread(Conversation with, int unread) throws IOException {
        long startNs = System.nanoTime();
        while (with.available() < unread) {
            if (System.nanoTime() - startNs > PATIENCE_NS) {
                throw new IOException(
                        with.available() + " of " + unread + " octets have come within a minute");
            }
            LockSupport.parkNanos(200_000);
        }
    }

    /**
     * A reset that is lost is not sent again. So who waits for one has to go on talking: each octet
     * earns another one.
     */
    private void talkOn(Conversation with) throws IOException {
        for (int i = 0; i < TALK_ON_LIMIT; i++) {
            say(with, 7);
            LockSupport.parkNanos(1_000_000);
        }
        with.close();
    }

    private static int piece(List<Integer> pieces, int index) {
        return index < pieces.size() ? pieces.get(index) : 0;
    }

    private static int sum(List<Integer> pieces) {
        return pieces.stream().mapToInt(Integer::intValue).sum();
    }

    private void sayAll(Conversation with) throws IOException {
        for (int piece : own) {
            say(with, piece);
        }
    }

    private void say(Conversation with, int length) throws IOException {
        byte[] piece = new byte[length];
        for (int i = 0; i < length; i++) {
            int position = sent + i;
            piece[i] = (byte) (position * 31 + (position >> 8) + salt);
        }
        sent += length;
        if (length > 0) {
            with.write(piece, 0, length);
        }
    }

    private void hear(Conversation with, int length) throws IOException {
        int left = length;
        while (left > 0) {
            int count = with.read(buffer, Math.min(left, BUFFER));
            if (count < 0) {
                throw new IOException("the stream ended " + left + " octets early");
            }
            note(count);
            left -= count;
        }
    }

    private void hearOut(Conversation with) throws IOException {
        for (int count = with.read(buffer, BUFFER); count >= 0; count = with.read(buffer, BUFFER)) {
            note(count);
        }
    }

    private void note(int count) {
        checksum.update(buffer, 0, count);
        received += count;
    }
}
