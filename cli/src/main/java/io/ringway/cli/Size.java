package io.ringway.cli;

import io.ringway.cli.show.Units;

/** A number of octets on the command line: {@code 256MiB}. */
record Size(long octets) {
    static Size parse(String text) {
        return new Size(Units.parseSize(text));
    }
}
