package io.ringway.testkit.script;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Takes a snippet of Python apart into tokens. What the indentation says becomes tokens as well: a
 * deeper line opens a block, and the first one that is less deep closes it.
 */
final class SnippetLexer {
    enum Kind {
        NAME,
        NUMBER,
        STRING,
        OPERATOR,
        NEWLINE,
        INDENT,
        DEDENT,
        END
    }

    record Token(Kind kind, String text) {
        boolean is(String operator) {
            return (kind == Kind.OPERATOR || kind == Kind.NAME) && text.equals(operator);
        }
    }

    private static final String[] LONG_OPERATORS = {
        "**=", "//=", "<<=", ">>=", "**", "//", "<<", ">>", "<=", ">=", "==", "!=", "+=", "-=",
        "*=", "/=", "%=", "|=", "&=", "^=", "->"
    };

    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private final Deque<Integer> depths = new ArrayDeque<>();
    private int at;
    private int brackets;

    private SnippetLexer(String text) {
        this.text = text;
    }

    /** The tokens of a snippet, with an END behind them. */
    static List<Token> tokens(String text) {
        SnippetLexer lexer = new SnippetLexer(text.replace("\t", "        "));
        lexer.depths.push(0);
        lexer.all();
        return lexer.tokens;
    }

    private void all() {
        boolean isFirst = true;
        while (at < text.length()) {
            int depth = depth();
            if (at >= text.length() || charAt(at) == '\n') {
                at++;
                continue;
            }
            // A snippet of one line stands where it likes.
            if (isFirst) {
                depths.pop();
                depths.push(depth);
                isFirst = false;
            }
            indent(depth);
            line();
        }
        while (depths.size() > 1) {
            depths.pop();
            add(Kind.DEDENT, "");
        }
        add(Kind.END, "");
    }

    // Blank lines and comments do not count.
    private int depth() {
        int start = at;
        while (charAt(at) == ' ' || charAt(at) == '\r') {
            at++;
        }
        if (charAt(at) == '#') {
            comment();
        }
        return at - start;
    }

    private void indent(int depth) {
        if (depth > depths.element()) {
            depths.push(depth);
            add(Kind.INDENT, "");
        }
        while (depth < depths.element() && depths.size() > 1) {
            depths.pop();
            add(Kind.DEDENT, "");
        }
    }

    private void comment() {
        while (at < text.length() && charAt(at) != '\n') {
            at++;
        }
    }

    private void line() {
        while (at < text.length()) {
            char c = charAt(at);
            if (c == '\n' && brackets == 0) {
                break;
            }
            if (c == '#') {
                comment();
            } else if (Character.isWhitespace(c)) {
                at++;
            } else if (c == '\\' && charAt(at + 1) == '\n') {
                at += 2;
            } else {
                token(c);
            }
        }
        add(Kind.NEWLINE, "");
        at++;
    }

    private void token(char c) {
        boolean isPrefixed = (c == 'r' || c == 'b' || c == 'u') && isQuote(charAt(at + 1));
        if (isPrefixed) {
            at++;
            c = charAt(at);
        }
        if (isQuote(c)) {
            string(c);
        } else if (Character.isDigit(c) || (c == '.' && Character.isDigit(charAt(at + 1)))) {
            number();
        } else if (Character.isJavaIdentifierStart(c)) {
            int start = at;
            while (Character.isJavaIdentifierPart(charAt(at)) && at < text.length()) {
                at++;
            }
            add(Kind.NAME, text.substring(start, at));
        } else {
            operator(c);
        }
    }

    private static boolean isQuote(char c) {
        return c == '"' || c == '\'';
    }

    private void string(char quote) {
        boolean isTriple = text.startsWith(String.valueOf(quote).repeat(3), at);
        String end = String.valueOf(quote).repeat(isTriple ? 3 : 1);
        at += end.length();
        StringBuilder value = new StringBuilder();
        while (!text.startsWith(end, at)) {
            if (at >= text.length()) {
                throw new SkipException("syntax of a snippet: a string does not end");
            }
            if (charAt(at) == '\\') {
                at++;
                value.append(charAt(at) == 'n' ? '\n' : charAt(at) == 't' ? '\t' : charAt(at));
            } else {
                value.append(charAt(at));
            }
            at++;
        }
        at += end.length();
        add(Kind.STRING, value.toString());
    }

    private void number() {
        int start = at;
        while (at < text.length()
                && (Character.isLetterOrDigit(charAt(at))
                        || charAt(at) == '.'
                        || charAt(at) == '_')) {
            boolean isExponent = Character.toLowerCase(charAt(at)) == 'e';
            boolean isSigned = charAt(at + 1) == '-' || charAt(at + 1) == '+';
            at += isExponent && isSigned && !text.startsWith("0x", start) ? 2 : 1;
        }
        add(Kind.NUMBER, text.substring(start, at).replace("_", ""));
    }

    private void operator(char c) {
        for (String operator : LONG_OPERATORS) {
            if (text.startsWith(operator, at)) {
                add(Kind.OPERATOR, operator);
                at += operator.length();
                return;
            }
        }
        brackets += "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
        add(Kind.OPERATOR, String.valueOf(c));
        at++;
    }

    private char charAt(int index) {
        return index < text.length() ? text.charAt(index) : '\0';
    }

    private void add(Kind kind, String value) {
        tokens.add(new Token(kind, value));
    }
}
