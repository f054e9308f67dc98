package io.ringway.testkit.script;

import io.ringway.testkit.script.SnippetLexer.Kind;
import io.ringway.testkit.script.SnippetLexer.Token;

import java.util.List;
import java.util.stream.Collectors;

/** A place in the tokens of a snippet. */
final class SnippetTokens {
    private final List<Token> tokens;
    private int at;

    SnippetTokens(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return peek(0);
    }

    Token peek(int ahead) {
        return tokens.get(Math.min(at + ahead, tokens.size() - 1));
    }

    boolean is(Kind kind) {
        return peek().kind() == kind;
    }

    Token next() {
        Token token = peek();
        if (token.kind() != Kind.END) {
            at++;
        }
        return token;
    }

    /** Passes over an operator or a word if it is the next. */
    boolean accept(String text) {
        if (!peek().is(text)) {
            return false;
        }
        at++;
        return true;
    }

    void expect(String text) {
        if (!accept(text)) {
            throw error("'" + text + "'");
        }
    }

    String name() {
        if (!is(Kind.NAME)) {
            throw error("a name");
        }
        return next().text();
    }

    int position() {
        return at;
    }

    /** What stands between a place and this one. */
    String text(int start) {
        return tokens.subList(start, at).stream()
                .map(token -> token.kind() == Kind.STRING ? "'" + token.text() + "'" : token.text())
                .collect(Collectors.joining(" "));
    }

    SkipException error(String expected) {
        Token token = peek();
        return new SkipException(
                "syntax of a snippet: expected "
                        + expected
                        + ", found "
                        + (token.text().isEmpty() ? token.kind() : "\"" + token.text() + "\""));
    }
}
