package io.ringway.testkit.script;

import io.ringway.testkit.script.Script.Event;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a script. What it does not know makes the script one to be skipped ({@link SkipException}),
 * with its line.
 */
final class Parser {
    private final TokenStream tokens;
    private final PacketParser packets;
    private final ExprParser expressions;

    private Parser(List<Token> tokens) {
        this.tokens = new TokenStream(tokens);
        this.packets = new PacketParser(this.tokens);
        this.expressions = new ExprParser(this.tokens);
    }

    /**
     * The script of a text.
     *
     * @param defines words to be replaced, as {@code --define=NAME=VALUE} gives them
     */
    static Script parse(String name, String text, Map<String, String> defines) {
        return new Parser(Lexer.tokens(text, new HashMap<>(defines))).script(name);
    }

    private Script script(String name) {
        Map<String, String> options = new LinkedHashMap<>();
        while (tokens.is(Token.Kind.OPTION)) {
            String option = tokens.next().text();
            int equals = option.indexOf('=');
            options.put(
                    equals < 0 ? option : option.substring(0, equals),
                    equals < 0 ? "" : unquoted(option.substring(equals + 1)));
        }
        List<String> setup = new ArrayList<>();
        while (tokens.is(Token.Kind.BACKQUOTED)) {
            setup.add(tokens.next().text());
        }
        List<Event> events = new ArrayList<>();
        while (!tokens.is(Token.Kind.END)) {
            if (tokens.is(Token.Kind.BACKQUOTED)) {
                // Without a time it cleans up behind the script; there is nothing to clean.
                tokens.next();
                continue;
            }
            events.add(event());
        }
        if (events.isEmpty()) {
            throw new SkipException("there is no event in it");
        }
        return new Script(name, options, setup, events);
    }

    private static String unquoted(String value) {
        boolean isQuoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return isQuoted ? value.substring(1, value.length() - 1) : value;
    }

    private Event event() {
        int line = tokens.peek().line();
        EventTime time = time();
        boolean isPacket = tokens.peek().isSymbol('<') || tokens.peek().isSymbol('>');
        Action action = isPacket ? packets.packet() : other();
        Event event = new Event(line, time, action);
        if ((time.isRange() || time.kind() == EventTime.Kind.ANY) && !event.isOutboundPacket()) {
            throw new SkipException(
                    line, "syntax: a range of time, and *, are for packets that are sent");
        }
        return event;
    }

    private Action other() {
        if (tokens.is(Token.Kind.BACKQUOTED)) {
            return new Action.Command(tokens.next().text());
        }
        if (tokens.is(Token.Kind.CODE)) {
            return new Action.Code(tokens.next().text());
        }
        long endUs = -1;
        if (tokens.is(Token.Kind.ELLIPSIS)) {
            tokens.next();
            endUs = microseconds();
        }
        return call(endUs);
    }

    private EventTime time() {
        if (tokens.accept('*')) {
            return new EventTime(EventTime.Kind.ANY, 0, 0);
        }
        boolean isRelative = tokens.accept('+');
        long start = microseconds();
        if (!tokens.accept('~')) {
            EventTime.Kind kind = isRelative ? EventTime.Kind.RELATIVE : EventTime.Kind.ABSOLUTE;
            return new EventTime(kind, start, start);
        }
        if (isRelative) {
            tokens.expect('+');
        }
        int line = tokens.peek().line();
        long end = microseconds();
        if (end < start) {
            throw new SkipException(line, "syntax: the range of time ends before it begins");
        }
        EventTime.Kind kind =
                isRelative ? EventTime.Kind.RELATIVE_RANGE : EventTime.Kind.ABSOLUTE_RANGE;
        return new EventTime(kind, start, end);
    }

    private long microseconds() {
        if (!tokens.is(Token.Kind.FLOAT) && !tokens.is(Token.Kind.INTEGER)) {
            throw tokens.error("a time");
        }
        double seconds = Double.parseDouble(tokens.peek().text());
        if (seconds < 0) {
            throw tokens.error("a time that is not negative");
        }
        tokens.next();
        return Math.round(seconds * 1e6);
    }

    private Action.Call call(long endUs) {
        String name = tokens.word();
        List<Expr> arguments = expressions.arguments();
        tokens.expect('=');
        Expr result = expressions.expression();
        @Nullable String errno = null;
        if (tokens.is(Token.Kind.WORD) && tokens.peek().text().startsWith("E")) {
            errno = tokens.word();
        }
        if (tokens.accept('(')) {
            // What perror says, for people.
            int depth = 1;
            while (depth > 0) {
                if (tokens.is(Token.Kind.END)) {
                    throw tokens.error("')'");
                }
                Token token = tokens.next();
                depth += token.isSymbol('(') ? 1 : token.isSymbol(')') ? -1 : 0;
            }
        }
        return new Action.Call(name, arguments, result, errno, endUs);
    }
}
