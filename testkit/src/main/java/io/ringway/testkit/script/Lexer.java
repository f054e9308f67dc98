package io.ringway.testkit.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Takes the text of a script apart into tokens; comments vanish. */
final class Lexer {
    private final String text;
    private final Map<String, String> defines;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;

    private Lexer(String text, Map<String, String> defines) {
        this.text = text;
        this.defines = defines;
    }

    /**
     * The tokens of a script, with an END behind them.
     *
     * @param defines what to put in the place of words
     */
    static List<Token> tokens(String text, Map<String, String> defines) {
        Lexer lexer = new Lexer(text, defines);
        while (lexer.next()) {
            // Each call adds a token, or passes over what is none.
        }
        lexer.add(Token.Kind.END, "");
        return lexer.tokens;
    }

    private boolean next() {
        if (at >= text.length()) {
            return false;
        }
        char c = text.charAt(at);
        if (c == '\n') {
            line++;
            at++;
        } else if (Character.isWhitespace(c)) {
            at++;
        } else if (text.startsWith("//", at) || (c == '#' && isLineStart())) {
            int end = text.indexOf('\n', at);
            at = end < 0 ? text.length() : end;
        } else if (text.startsWith("/*", at)) {
            skip(endOf("*/", at + 2, "comment"));
        } else {
            token(c);
        }
        return true;
    }

    private boolean isLineStart() {
        int i = at - 1;
        while (i >= 0 && (text.charAt(i) == ' ' || text.charAt(i) == '\t')) {
            i--;
        }
        return i < 0 || text.charAt(i) == '\n';
    }

    private void token(char c) {
        if (text.startsWith("%{", at)) {
            int end = endOf("}%", at + 2, "code snippet");
            String code = text.substring(at + 2, end - 2);
            add(Token.Kind.CODE, code);
            skip(end);
        } else if (c == '"' || c == '`') {
            int end = closing(c);
            add(
                    c == '"' ? Token.Kind.STRING : Token.Kind.BACKQUOTED,
                    text.substring(at + 1, end - 1));
            skip(end);
        } else if (text.startsWith("...", at)) {
            add(Token.Kind.ELLIPSIS, "...");
            at += 3;
        } else if (text.startsWith("--", at) && isWordPart(at + 2)) {
            option();
        } else if (isNumberStart(c)) {
            number();
        } else if (isWordPart(at)) {
            word();
        } else {
            add(Token.Kind.SYMBOL, String.valueOf(c));
            at++;
        }
    }

    private void option() {
        int end = at + 2;
        while (isWordPart(end)) {
            end++;
        }
        if (end < text.length() && text.charAt(end) == '=') {
            char quote = 0;
            end++;
            while (end < text.length()
                    && (quote != 0 || !Character.isWhitespace(text.charAt(end)))) {
                char c = text.charAt(end);
                if (quote != 0 && c == quote) {
                    quote = 0;
                } else if (quote == 0 && (c == '"' || c == '`')) {
                    quote = c;
                }
                end++;
            }
        }
        String option = text.substring(at + 2, end);
        add(Token.Kind.OPTION, option);
        if (option.startsWith("define=")) {
            define(option.substring("define=".length()));
        }
        skip(end);
    }

    private void define(String definition) {
        int equals = definition.indexOf('=');
        if (equals > 0) {
            // What the command line defines goes before what the script does.
            defines.putIfAbsent(definition.substring(0, equals), definition.substring(equals + 1));
        }
    }

    private boolean isNumberStart(char c) {
        int digit = c == '-' ? at + 1 : at;
        return isDigit(digit) || (charAt(digit) == '.' && isDigit(digit + 1));
    }

    private void number() {
        if (text.startsWith("0x", at)) {
            int end = at + 2;
            while (isWordPart(end)) {
                end++;
            }
            take(Token.Kind.HEX, end);
            return;
        }
        int start = charAt(at) == '-' ? at + 1 : at;
        int end = digits(start);
        if (isIpv4(end)) {
            return;
        }
        if (charAt(end) == '.' && isDigit(end + 1)) {
            end = exponent(digits(end + 1));
            take(Token.Kind.FLOAT, end);
        } else if (exponent(end) > end) {
            take(Token.Kind.FLOAT, exponent(end));
        } else if (isWordPart(end) && charAt(at) != '-') {
            word();
        } else {
            take(Token.Kind.INTEGER, end);
        }
    }

    // 1e-3 is a time; 1e3 could as well be a cookie in hexadecimal.
    private int exponent(int end) {
        boolean isSigned = charAt(end + 1) == '-' || charAt(end + 1) == '+';
        return charAt(end) == 'e' && isSigned && isDigit(end + 2) ? digits(end + 2) : end;
    }

    private boolean isIpv4(int firstEnd) {
        int end = firstEnd;
        for (int i = 0; i < 3; i++) {
            if (charAt(end) != '.' || !isDigit(end + 1)) {
                return false;
            }
            end = digits(end + 1);
        }
        take(Token.Kind.IPV4, end);
        return true;
    }

    private void word() {
        int end = at;
        while (isWordPart(end)) {
            end++;
        }
        String word = text.substring(at, end);
        String value = defines.get(word);
        if (value == null) {
            take(Token.Kind.WORD, end);
            return;
        }
        boolean isQuoted = value.length() > 1 && (value.charAt(0) == '"' || value.charAt(0) == '`');
        if (isQuoted) {
            add(
                    value.charAt(0) == '"' ? Token.Kind.STRING : Token.Kind.BACKQUOTED,
                    value.substring(1, value.length() - 1));
        } else {
            add(Token.Kind.WORD, value);
        }
        at = end;
    }

    private void take(Token.Kind kind, int end) {
        add(kind, text.substring(at, end));
        at = end;
    }

    private void add(Token.Kind kind, String value) {
        tokens.add(new Token(kind, value, line));
    }

    private void skip(int end) {
        for (; at < end; at++) {
            if (text.charAt(at) == '\n') {
                line++;
            }
        }
    }

    private int endOf(String mark, int from, String what) {
        int end = text.indexOf(mark, from);
        if (end < 0) {
            throw new SkipException(line, "syntax: the " + what + " does not end");
        }
        return end + mark.length();
    }

    private int closing(char quote) {
        for (int i = at + 1; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == quote) {
                return i + 1;
            }
        }
        throw new SkipException(line, "syntax: a quote does not end");
    }

    private int digits(int from) {
        int end = from;
        while (isDigit(end)) {
            end++;
        }
        return end;
    }

    private char charAt(int index) {
        return index < text.length() ? text.charAt(index) : 0;
    }

    private boolean isDigit(int index) {
        char c = charAt(index);
        return c >= '0' && c <= '9';
    }

    private boolean isWordPart(int index) {
        char c = charAt(index);
        return isDigit(index) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }
}
