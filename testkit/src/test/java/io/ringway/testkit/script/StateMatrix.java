package io.ringway.testkit.script;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes the scripts of the folder {@code states}: each synchronised state, each segment that may
 * arrive in it, at each edge of the window. What is expected is written here by the rules of RFC
 * 9293 §3.10.7.4 and RFC 5961, for all states at once, so that none is forgotten.
 *
 * <p>The connection of every script has received 1000 octets and sent 100, so that RCV.NXT is 1001
 * and SND.NXT 101; its window is 8000 octets wide.
 */
final class StateMatrix {
    private static final int WINDOW = 8000;

    private static final String OPENING =
            """
            `sysctl -w net.ipv4.tcp_rmem="4096 8000 8000"`

             0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
            +0 bind(3, ..., ...) = 0
            +0 listen(3, 8) = 0
            +0 < S 0:0(0) win 65535 <mss 1000>
            +0 > S. 0:0(0) ack 1 win 8000 <...>
            +.1 < . 1:1(0) ack 1 win 65535
            +0 accept(3, ..., ...) = 4
            +.1 < P. 1:1001(1000) ack 1 win 65535
            +0 > . 1:1(0) ack 1001
            +0 read(4, ..., 2000) = 1000
            +0 write(4, ..., 100) = 100
            +0 > P. 1:101(100) ack 1001 win 8000
            +.1 < . 1001:1001(0) ack 101 win 65535
            """;

    private static final String OUR_FIN =
            """
            +0 shutdown(4, SHUT_WR) = 0
            +0 > F. 101:101(0) ack 1001 win 8000
            """;

    private static final String FIN_ACKNOWLEDGED = "+.01 < . 1001:1001(0) ack 102 win 65535\n";

    private static final String FIN_OF_PEER = "+.01 < F. 1001:1001(0) ack 101 win 65535\n";

    /** How a state is reached, and what its numbers are then. */
    private enum State {
        ESTABLISHED("", 101, 1001),
        FIN_WAIT_1(OUR_FIN, 102, 1001),
        FIN_WAIT_2(OUR_FIN + FIN_ACKNOWLEDGED, 102, 1001),
        CLOSE_WAIT(FIN_OF_PEER + "+0 > . 101:101(0) ack 1002\n", 101, 1002),
        CLOSING(OUR_FIN + FIN_OF_PEER + "+0 > . 102:102(0) ack 1002\n", 102, 1002),
        LAST_ACK(
                FIN_OF_PEER
                        + "+0 > . 101:101(0) ack 1002\n"
                        + "+0 shutdown(4, SHUT_WR) = 0\n"
                        + "+0 > F. 101:101(0) ack 1002\n",
                102,
                1002),
        TIME_WAIT(
                OUR_FIN
                        + FIN_ACKNOWLEDGED
                        + "+.01 < F. 1001:1001(0) ack 102 win 65535\n"
                        + "+0 > . 102:102(0) ack 1002\n",
                102,
                1002);

        final String way;
        final int sndNxt;
        final int rcvNxt;

        State(String way, int sndNxt, int rcvNxt) {
            this.way = way;
            this.sndNxt = sndNxt;
            this.rcvNxt = rcvNxt;
        }

        /** The first number that the peer may not use; a FIN has made room for itself. */
        int edge() {
            return rcvNxt + WINDOW;
        }

        boolean takesText() {
            return this == ESTABLISHED || this == FIN_WAIT_1 || this == FIN_WAIT_2;
        }

        /** An ACK that says nothing new, and above all not that our FIN has arrived. */
        int knownAck() {
            return this == FIN_WAIT_2 || this == TIME_WAIT ? 102 : 101;
        }

        String label() {
            return name().replace('_', '-');
        }
    }

    private final Map<String, String> scripts = new TreeMap<>();

    /** All of them, by their names in the folder. */
    static Map<String, String> scripts() {
        StateMatrix matrix = new StateMatrix();
        for (State state : State.values()) {
            matrix.addSyns(state);
            matrix.addResets(state);
            matrix.addAcks(state);
            matrix.addText(state);
            matrix.addFins(state);
        }
        return matrix.scripts;
    }

    /** Writes them to the folder that is the first argument. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        for (Map.Entry<String, String> script : scripts().entrySet()) {
            Files.writeString(folder.resolve(script.getKey()), script.getValue());
        }
    }

    // --- the segments ---

    private void addSyns(State state) {
        String rule =
                "RFC 5961 §4.2: a SYN %s is answered with a challenge ACK and changes nothing.";
        int rcvNxt = state.rcvNxt;
        if (state != State.TIME_WAIT) {
            // There it may open a new connection (RFC 6191).
            add(state, "syn-at-left-edge", rule, "at RCV.NXT", syn(rcvNxt), ack(state));
            add(
                    state,
                    "syn-at-right-edge",
                    rule,
                    "at the window's end",
                    syn(state.edge() - 1),
                    ack(state));
        }
        add(state, "syn-below-window", rule, "below the window", syn(rcvNxt - 500), ack(state));
    }

    private void addResets(State state) {
        int rcvNxt = state.rcvNxt;
        String ends = "RFC 5961 §3.2 (1): a reset at RCV.NXT ends the connection.%s";
        String challenged =
                "RFC 5961 §3.2 (2): a reset %s, but not at RCV.NXT, gets a challenge ACK.";
        String dropped = "RFC 5961 §3.2 (3): a reset %s is dropped silently.";
        if (state == State.TIME_WAIT) {
            ends = "RFC 1337 §2.1: in TIME-WAIT a reset is ignored, even one at RCV.NXT.%s";
            challenged = "RFC 1337 §2.1: in TIME-WAIT a reset is ignored, also one %s.";
            add(state, "rst-at-left-edge", ends, "", rst(rcvNxt), "");
            add(state, "rst-above-left-edge", challenged, "in the window", rst(rcvNxt + 1), "");
        } else {
            String gone =
                    "+.01 < . %d:%d(0) ack %d win 65535\n+0 > R %d:%d(0)\n"
                            .formatted(rcvNxt, rcvNxt, state.sndNxt, state.sndNxt, state.sndNxt);
            put(state, "rst-at-left-edge", ends.formatted(""), rst(rcvNxt) + gone);
            add(
                    state,
                    "rst-above-left-edge",
                    challenged,
                    "in the window",
                    rst(rcvNxt + 1),
                    ack(state));
            add(
                    state,
                    "rst-at-right-edge",
                    challenged,
                    "at the last number of the window",
                    rst(state.edge() - 1),
                    ack(state));
        }
        add(state, "rst-beyond-window", dropped, "just beyond the window", rst(state.edge()), "");
        add(state, "rst-below-window", dropped, "just below the window", rst(rcvNxt - 1), "");
    }

    private void addAcks(State state) {
        int rcvNxt = state.rcvNxt;
        if (state != State.TIME_WAIT) {
            add(
                    state,
                    "ack-of-unsent",
                    "RFC 9293 §3.10.7.4, fifth: an ACK %s is answered with an ACK and dropped.",
                    "of what was never sent",
                    empty(rcvNxt, state.sndNxt + 1),
                    ack(state));
        }
        add(
                state,
                "ack-again",
                "RFC 9293 §3.10.7.4, fifth: an ACK %s is ignored, and leads to no other state.",
                "that came before",
                empty(rcvNxt, 1),
                "");
        add(
                state,
                "ack-below-window",
                "RFC 9293 §3.10.7.4, first: an empty segment %s is answered with an ACK.",
                "below the window",
                empty(rcvNxt - 1, state.knownAck()),
                ack(state));
        add(
                state,
                "ack-beyond-window",
                "RFC 9293 §3.10.7.4, first: an empty segment %s is answered with an ACK.",
                "beyond the window",
                empty(state.edge(), state.knownAck()),
                ack(state));
    }

    private void addText(State state) {
        String acceptable =
                state.takesText()
                        ? "RFC 9293 §3.10.7.4, seventh: text %s is taken in this state."
                        : "RFC 9293 §3.10.7.4, seventh: there is no text behind a FIN; what comes"
                                + " %s is ignored.";
        String unacceptable =
                "RFC 9293 §3.10.7.4, first: text %s is dropped and answered with an ACK.";
        int rcvNxt = state.rcvNxt;
        int edge = state.edge();
        if (state.takesText()) {
            String taken =
                    text(rcvNxt, 100, state.knownAck())
                            + "+0~+.05 > . %d:%d(0) ack %d\n"
                                    .formatted(state.sndNxt, state.sndNxt, rcvNxt + 100)
                            + "+0 read(4, ..., 1000) = 100\n";
            put(
                    state,
                    "text-at-left-edge",
                    acceptable.formatted("at RCV.NXT"),
                    taken + epilogue(state, rcvNxt + 100));
            add(
                    state,
                    "text-at-right-edge",
                    "RFC 9293 §3.10.7.4, seventh: text %s is kept until the hole before it is"
                            + " filled, which the ACK asks for.",
                    "at the last number of the window",
                    text(edge - 1, 1, state.knownAck()),
                    ack(state));
        } else if (state != State.TIME_WAIT) {
            add(state, "text-at-left-edge", acceptable, "there", text(rcvNxt, 100, 101), "");
            add(state, "text-at-right-edge", acceptable, "there", text(edge - 1, 1, 101), "");
        }
        int known = state.knownAck();
        add(
                state,
                "text-below-window",
                unacceptable,
                "below the window",
                text(901, 100, known),
                ack(state));
        add(
                state,
                "text-beyond-window",
                unacceptable,
                "beyond the window",
                text(edge, 100, known),
                ack(state));
        if (state != State.TIME_WAIT) {
            add(
                    state,
                    "text-without-ack",
                    "RFC 9293 §3.10.7.4, fifth: %s without the ACK flag is dropped.",
                    "a segment",
                    "+.01 < P %d:%d(100) win 65535\n".formatted(rcvNxt, rcvNxt + 100),
                    "");
        }
    }

    private void addFins(State state) {
        int edge = state.edge();
        int known = state.knownAck();
        add(
                state,
                "fin-beyond-window",
                "RFC 9293 §3.10.7.4, first: a FIN %s is not processed, but answered with an ACK.",
                "beyond the window",
                fin(edge, known),
                ack(state));
        if (state.takesText()) {
            int rcvNxt = state.rcvNxt;
            put(
                    state,
                    "fin-behind-hole",
                    "RFC 9293 §3.10.7.4, eighth: a FIN behind a hole waits for what is missing,"
                            + " which the ACK asks for.",
                    fin(rcvNxt + 100, known)
                            + ack(state)
                            + text(rcvNxt, 100, known)
                            + "+0 > . %d:%d(0) ack %d\n"
                                    .formatted(state.sndNxt, state.sndNxt, rcvNxt + 101));
            return;
        }
        add(
                state,
                "fin-again",
                "RFC 9293 §3.10.7.4, eighth: the peer's FIN %s is acknowledged again and changes"
                        + " nothing.",
                "once more",
                fin(1001, known),
                ack(state));
    }

    // --- parts of scripts ---

    private static String syn(int seq) {
        return "+.01 < S %d:%d(0) win 65535 <mss 1000>\n".formatted(seq, seq);
    }

    private static String rst(int seq) {
        return "+.01 < R %d:%d(0) win 0\n".formatted(seq, seq);
    }

    private static String empty(int seq, int ack) {
        return "+.01 < . %d:%d(0) ack %d win 65535\n".formatted(seq, seq, ack);
    }

    private static String fin(int seq, int ack) {
        return "+.01 < F. %d:%d(0) ack %d win 65535\n".formatted(seq, seq, ack);
    }

    private static String text(int seq, int length, int ack) {
        return "+.01 < P. %d:%d(%d) ack %d win 65535\n".formatted(seq, seq + length, length, ack);
    }

    private static String ack(State state) {
        return "+0 > . %d:%d(0) ack %d\n".formatted(state.sndNxt, state.sndNxt, state.rcvNxt);
    }

    /** The connection goes on as it must from this state, which shows that it still is in it. */
    private static String epilogue(State state, int rcvNxt) {
        String ack = ack(state);
        return switch (state) {
            case ESTABLISHED ->
                    fin(rcvNxt, 101) + "+0 > . 101:101(0) ack %d\n".formatted(rcvNxt + 1);
            case FIN_WAIT_1, FIN_WAIT_2 ->
                    fin(rcvNxt, 102) + "+0 > . 102:102(0) ack %d\n".formatted(rcvNxt + 1);
            case CLOSE_WAIT ->
                    "+.01 shutdown(4, SHUT_WR) = 0\n+0 > F. 101:101(0) ack %d\n".formatted(rcvNxt);
            case CLOSING -> empty(rcvNxt, 102) + fin(rcvNxt - 1, 102) + ack;
            case LAST_ACK -> empty(rcvNxt, 102) + empty(rcvNxt, 102) + "+0 > R 102:102(0)\n";
            case TIME_WAIT -> fin(rcvNxt - 1, 102) + ack;
        };
    }

    private void add(
            State state, String name, String rule, String what, String segment, String answer) {
        put(state, name, rule.formatted(what), segment + answer + epilogue(state, state.rcvNxt));
    }

    private void put(State state, String name, String rule, String body) {
        String file = state.label().toLowerCase(Locale.ROOT) + "-" + name + ".pkt";
        scripts.put(
                file,
                "// "
                        + wrapped(rule)
                        + "\n// The state is "
                        + state.label()
                        + ", RCV.NXT "
                        + state.rcvNxt
                        + ", the window "
                        + WINDOW
                        + ", SND.NXT "
                        + state.sndNxt
                        + ".\n"
                        + OPENING
                        + state.way
                        + "// The segment, and what follows.\n"
                        + body);
    }

    private static String wrapped(String rule) {
        int at = rule.length() < 94 ? -1 : rule.lastIndexOf(' ', 94);
        return at < 0 ? rule : rule.substring(0, at) + "\n// " + rule.substring(at + 1);
    }
}
