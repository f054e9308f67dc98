package io.ringway.testkit.script;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the arguments and results of system calls. */
final class ExprParser {
    private final TokenStream tokens;

    ExprParser(TokenStream tokens) {
        this.tokens = tokens;
    }

    /** The arguments between two parentheses. */
    List<Expr> arguments() {
        tokens.expect('(');
        return list(')');
    }

    private List<Expr> list(char end) {
        List<Expr> values = new ArrayList<>();
        if (tokens.accept(end)) {
            return values;
        }
        do {
            values.add(expression());
        } while (tokens.accept(','));
        tokens.expect(end);
        return values;
    }

    Expr expression() {
        Expr left = primary();
        while (tokens.accept('|')) {
            left = new Expr.Or(left, primary());
        }
        return left;
    }

    private Expr primary() {
        Token token = tokens.peek();
        return switch (token.kind()) {
            case ELLIPSIS -> {
                tokens.next();
                yield new Expr.Any();
            }
            case INTEGER -> new Expr.Num(Long.parseLong(tokens.next().text()));
            case HEX -> new Expr.Num(Long.parseLong(tokens.next().text().substring(2), 16));
            case STRING -> text();
            case WORD -> word();
            case SYMBOL -> bracketed();
            case FLOAT, BACKQUOTED, CODE, OPTION, IPV4, END -> throw tokens.error("an expression");
        };
    }

    private Expr text() {
        StringBuilder text = new StringBuilder();
        while (tokens.is(Token.Kind.STRING)) {
            text.append(tokens.next().text());
        }
        boolean isPrefix = tokens.is(Token.Kind.ELLIPSIS);
        if (isPrefix) {
            tokens.next();
        }
        return new Expr.Text(text.toString(), isPrefix);
    }

    private Expr word() {
        String word = tokens.word();
        if (tokens.peek().isSymbol('(')) {
            return new Expr.Invoke(word, arguments());
        }
        return tokens.accept('=') ? new Expr.Assign(word, expression()) : new Expr.Name(word);
    }

    private Expr bracketed() {
        if (tokens.accept('[')) {
            return new Expr.Items(list(']'));
        }
        if (!tokens.accept('{')) {
            throw tokens.error("an expression");
        }
        return isField() ? struct() : new Expr.Tuple(list('}'));
    }

    // name= or name(…)=
    private boolean isField() {
        return tokens.is(Token.Kind.WORD)
                && (tokens.peek(1).isSymbol('=') || tokens.peek(1).isSymbol('('));
    }

    private Expr struct() {
        Map<String, Expr> fields = new LinkedHashMap<>();
        do {
            String name = tokens.word();
            if (tokens.peek().isSymbol('(')) {
                // msg_iov(2)=…: the number is that of the elements.
                fields.put(name + ".count", new Expr.Items(arguments()));
            }
            tokens.expect('=');
            fields.put(name, expression());
        } while (tokens.accept(','));
        tokens.expect('}');
        return new Expr.Struct(fields);
    }
}
