package io.ringway.testkit.script;

import io.ringway.testkit.script.SnippetLexer.Kind;
import io.ringway.testkit.script.SnippetLexer.Token;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads the statements of a snippet: assertions, assignments, print, conditions and loops. What
 * else Python has makes the script one to be skipped.
 */
final class SnippetParser {
    private static final int MAX_ROUNDS = 100_000;

    /** What is done; the names are those of all snippets of a script. */
    @FunctionalInterface
    interface Statement {
        void run(SnippetNames names);
    }

    /** What has a value. */
    @FunctionalInterface
    interface Value {
        @Nullable Object of(SnippetNames names);
    }

    private final SnippetTokens tokens;
    private final SnippetExpressions expressions;

    private SnippetParser(List<Token> tokens) {
        this.tokens = new SnippetTokens(tokens);
        this.expressions = new SnippetExpressions(this.tokens);
    }

    static Statement parse(String text) {
        SnippetParser parser = new SnippetParser(SnippetLexer.tokens(text));
        List<Statement> statements = new ArrayList<>();
        while (!parser.tokens.is(Kind.END)) {
            parser.statement(statements);
        }
        return sequence(statements);
    }

    private static Statement sequence(List<Statement> statements) {
        return names -> statements.forEach(statement -> statement.run(names));
    }

    private void statement(List<Statement> into) {
        if (tokens.is(Kind.NEWLINE)) {
            tokens.next();
        } else if (tokens.accept("if")) {
            into.add(condition());
        } else if (tokens.accept("for")) {
            into.add(loop());
        } else if (tokens.accept("while")) {
            into.add(repeat());
        } else {
            simple(into);
        }
    }

    private void simple(List<Statement> into) {
        into.add(small());
        while (tokens.accept(";")) {
            if (!tokens.is(Kind.NEWLINE)) {
                into.add(small());
            }
        }
        if (!tokens.is(Kind.NEWLINE)) {
            throw tokens.error("the end of a statement");
        }
        tokens.next();
    }

    private Statement small() {
        if (tokens.accept("assert")) {
            return assertion();
        }
        if (tokens.accept("pass")) {
            return _ -> {};
        }
        if (tokens.accept("import") || tokens.accept("from")) {
            while (!tokens.is(Kind.NEWLINE) && !tokens.peek().is(";")) {
                tokens.next();
            }
            return _ -> {};
        }
        if (tokens.peek().is("print") && !tokens.peek(1).is("(")) {
            tokens.next();
            while (!tokens.is(Kind.NEWLINE)) {
                tokens.next();
            }
            return _ -> {};
        }
        return assignment();
    }

    private Statement assertion() {
        int start = tokens.position();
        Value condition = expressions.expression();
        String text = tokens.text(start);
        Value message = tokens.accept(",") ? expressions.tuple() : null;
        return names -> {
            if (!SnippetValues.isTrue(condition.of(names))) {
                String got = names.described(text);
                throw new ScriptFailure(
                        "assert "
                                + text
                                + (message == null
                                        ? ""
                                        : ": " + SnippetValues.text(message.of(names)))
                                + (got.isEmpty() ? "" : "\n       got: " + got));
            }
        };
    }

    private Statement assignment() {
        Token name = tokens.peek();
        if (name.kind() == Kind.NAME && tokens.peek(1).is("=") && !tokens.peek(1).is("==")) {
            tokens.next();
            tokens.next();
            Value value = expressions.tuple();
            return names -> names.set(name.text(), value.of(names));
        }
        String operator = tokens.peek(1).text();
        boolean isUpdate =
                name.kind() == Kind.NAME
                        && operator.length() > 1
                        && operator.endsWith("=")
                        && "+-*/%|&^<>".indexOf(operator.charAt(0)) >= 0
                        && !operator.equals("<=")
                        && !operator.equals(">=");
        if (isUpdate) {
            tokens.next();
            tokens.next();
            Value value = expressions.tuple();
            String plain = operator.substring(0, operator.length() - 1);
            return names ->
                    names.set(
                            name.text(),
                            SnippetValues.binary(plain, names.get(name.text()), value.of(names)));
        }
        Value value = expressions.tuple();
        return names -> {
            Object unused = value.of(names);
            assert unused == null || unused != names;
        };
    }

    private Statement condition() {
        Value condition = expressions.expression();
        Statement then = block();
        Statement otherwise =
                tokens.accept("elif") ? condition() : tokens.accept("else") ? block() : _ -> {};
        return names -> {
            if (SnippetValues.isTrue(condition.of(names))) {
                then.run(names);
            } else {
                otherwise.run(names);
            }
        };
    }

    private Statement loop() {
        String name = tokens.name();
        tokens.expect("in");
        Value values = expressions.tuple();
        Statement body = block();
        return names -> {
            for (Object value : SnippetValues.items(values.of(names))) {
                names.set(name, value);
                body.run(names);
            }
        };
    }

    private Statement repeat() {
        Value condition = expressions.expression();
        Statement body = block();
        return names -> {
            for (int i = 0; SnippetValues.isTrue(condition.of(names)); i++) {
                if (i == MAX_ROUNDS) {
                    throw new ScriptFailure("a loop of a snippet does not end");
                }
                body.run(names);
            }
        };
    }

    private Statement block() {
        tokens.expect(":");
        List<Statement> statements = new ArrayList<>();
        if (!tokens.is(Kind.NEWLINE)) {
            simple(statements);
            return sequence(statements);
        }
        tokens.next();
        if (!tokens.is(Kind.INDENT)) {
            throw tokens.error("a line that stands deeper");
        }
        tokens.next();
        while (!tokens.is(Kind.DEDENT)) {
            statement(statements);
        }
        tokens.next();
        return sequence(statements);
    }
}
