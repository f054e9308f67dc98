package io.ringway.cli.show;

import java.io.Console;
import java.io.PrintStream;
import java.util.Optional;

/**
 * What the terminal can show: whether lines may be drawn over, and which characters it has.
 *
 * @param out where to draw
 * @param isInteractive whether somebody watches, so that a line may be redrawn
 * @param isUnicode whether block characters can be written
 */
public record Terminal(PrintStream out, boolean isInteractive, boolean isUnicode) {
    private static final String BLOCKS = "▁▂▃▄▅▆▇█━╸✔✘";

    /**
     * The standard error of this process: what a command shows of its work goes there, its results
     * to standard output.
     */
    public static Terminal standard() {
        return of(System.err);
    }

    /** One of the streams of this process. */
    public static Terminal of(PrintStream out) {
        boolean dumb = "dumb".equals(System.getenv("TERM"));
        // System.console() answers for standard input and output: where those are redirected,
        // nothing is redrawn.
        boolean interactive =
                !dumb
                        && Optional.ofNullable(System.console())
                                .filter(Console::isTerminal)
                                .isPresent();
        return new Terminal(out, interactive, out.charset().newEncoder().canEncode(BLOCKS));
    }

    /** Picks what this terminal can write. */
    public String either(String unicode, String ascii) {
        return isUnicode ? unicode : ascii;
    }

    /** Writes a line, over whatever was drawn in its place. */
    public void line(String text) {
        out.println(isInteractive ? "\r\033[K" + text : text);
        out.flush();
    }

    /** Draws over the current line, and stays in it. */
    public void redraw(String text) {
        out.print("\r\033[K" + text);
        out.flush();
    }
}
