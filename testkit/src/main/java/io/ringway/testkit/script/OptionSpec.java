package io.ringway.testkit.script;

import java.util.HexFormat;
import java.util.List;

/** An option of TCP as a script writes it. */
sealed interface OptionSpec {
    /** End of the list, or the octet that fills. */
    record Filler(boolean isEnd) implements OptionSpec {
        @Override
        public String toString() {
            return isEnd ? "eol" : "nop";
        }
    }

    record Mss(int octets) implements OptionSpec {
        @Override
        public String toString() {
            return "mss " + octets;
        }
    }

    record WindowScale(int shift) implements OptionSpec {
        @Override
        public String toString() {
            return "wscale " + shift;
        }
    }

    record SackPermitted() implements OptionSpec {
        @Override
        public String toString() {
            return "sackOK";
        }
    }

    /** Blocks, each with its start and end. */
    record Sack(List<Block> blocks) implements OptionSpec {
        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("sack");
            blocks.forEach(block -> text.append(' ').append(block));
            return text.toString();
        }
    }

    record Block(long start, long end) {
        @Override
        public String toString() {
            return start + ":" + end;
        }
    }

    /** Time stamps; -1 stands for any value. */
    record Timestamps(long value, long echo) implements OptionSpec {
        @Override
        public String toString() {
            return "TS val " + (value < 0 ? "..." : value) + " ecr " + (echo < 0 ? "..." : echo);
        }
    }

    /**
     * A Fast Open cookie in hexadecimal; {@code isExperimental} with kind 254 (RFC 7413 §4.1.1).
     */
    record FastOpen(String cookie, boolean isExperimental) implements OptionSpec {
        @Override
        public String toString() {
            return (isExperimental ? "FOEXP" : "FO") + (cookie.isEmpty() ? "" : " " + cookie);
        }
    }

    /** Any other kind, with what follows its length octet. */
    record Other(int kind, List<Integer> octets) implements OptionSpec {
        static Other of(int kind, byte[] octets) {
            return new Other(
                    kind,
                    java.util.stream.IntStream.range(0, octets.length)
                            .mapToObj(i -> octets[i] & 0xff)
                            .toList());
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("kind ").append(kind);
            octets.forEach(octet ->
                    text.append(' ').append(HexFormat.of().toHexDigits((byte) (int) octet)));
            return text.toString();
        }
    }
}
