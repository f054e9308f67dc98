package io.ringway.testkit.script;

import java.util.List;

/** Tokens with a place in them. */
final class TokenStream {
    private final List<Token> tokens;
    private int at;

    TokenStream(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(at);
    }

    /** The token {@code ahead} places behind the next one. */
    Token peek(int ahead) {
        return tokens.get(Math.min(at + ahead, tokens.size() - 1));
    }

    Token next() {
        Token token = tokens.get(at);
        if (token.kind() != Token.Kind.END) {
            at++;
        }
        return token;
    }

    boolean is(Token.Kind kind) {
        return peek().kind() == kind;
    }

    /** Takes the symbol if it comes next. */
    boolean accept(char symbol) {
        boolean isNext = peek().isSymbol(symbol);
        at += isNext ? 1 : 0;
        return isNext;
    }

    /** Takes the word if it comes next. */
    boolean accept(String word) {
        boolean isNext = peek().isWord(word);
        at += isNext ? 1 : 0;
        return isNext;
    }

    void expect(char symbol) {
        if (!accept(symbol)) {
            throw error("'" + symbol + "'");
        }
    }

    void expect(String word) {
        if (!accept(word)) {
            throw error("'" + word + "'");
        }
    }

    String word() {
        if (!is(Token.Kind.WORD)) {
            throw error("a word");
        }
        return next().text();
    }

    /** A decimal number from 0 to {@code most}. */
    long number(long most) {
        if (!is(Token.Kind.INTEGER)) {
            throw error("a number");
        }
        long value = Long.parseLong(peek().text());
        if (value < 0 || value > most) {
            throw error("a number from 0 to " + most);
        }
        next();
        return value;
    }

    /** A number with {@code 0x} in front. */
    int hex(int most) {
        if (!is(Token.Kind.HEX)) {
            throw error("a number that begins with 0x");
        }
        long value = Long.parseLong(peek().text().substring(2), 16);
        if (value > most) {
            throw error("a number up to 0x" + Integer.toHexString(most));
        }
        next();
        return (int) value;
    }

    /** What is wrong when the next token is not {@code expected}. */
    SkipException error(String expected) {
        return new SkipException(
                peek().line(), "syntax: expected " + expected + ", found " + peek());
    }
}
