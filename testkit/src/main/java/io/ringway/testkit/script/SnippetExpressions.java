package io.ringway.testkit.script;

import io.ringway.testkit.script.SnippetLexer.Kind;
import io.ringway.testkit.script.SnippetLexer.Token;
import io.ringway.testkit.script.SnippetParser.Value;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** Reads the expressions of a snippet, in Python's order of precedence. */
final class SnippetExpressions {
    /** The operators of two operands, from the weakest to the strongest. */
    private static final String[][] LEVELS = {
        {"|"}, {"^"}, {"&"}, {"<<", ">>"}, {"+", "-"}, {"*", "//", "/", "%"}
    };

    private static final String[] COMPARISONS = {"==", "!=", "<=", ">=", "<", ">"};

    private final SnippetTokens tokens;

    SnippetExpressions(SnippetTokens tokens) {
        this.tokens = tokens;
    }

    /** One value, or several with commas between them, which make a list. */
    Value tuple() {
        Value first = expression();
        if (!tokens.peek().is(",")) {
            return first;
        }
        List<Value> values = new ArrayList<>(List.of(first));
        while (tokens.accept(",")) {
            if (tokens.is(Kind.NEWLINE) || tokens.peek().is(")")) {
                break;
            }
            values.add(expression());
        }
        return list(values);
    }

    private static Value list(List<Value> values) {
        return names -> {
            List<Object> items = new ArrayList<>();
            values.forEach(value -> items.add(value.of(names)));
            return items;
        };
    }

    Value expression() {
        Value value = or();
        if (!tokens.accept("if")) {
            return value;
        }
        Value condition = or();
        tokens.expect("else");
        Value otherwise = expression();
        return names ->
                SnippetValues.isTrue(condition.of(names)) ? value.of(names) : otherwise.of(names);
    }

    private Value or() {
        Value left = and();
        while (tokens.accept("or")) {
            Value first = left;
            Value second = and();
            left =
                    names -> {
                        Object value = first.of(names);
                        return SnippetValues.isTrue(value) ? value : second.of(names);
                    };
        }
        return left;
    }

    private Value and() {
        Value left = not();
        while (tokens.accept("and")) {
            Value first = left;
            Value second = not();
            left =
                    names -> {
                        Object value = first.of(names);
                        return SnippetValues.isTrue(value) ? second.of(names) : value;
                    };
        }
        return left;
    }

    private Value not() {
        if (tokens.accept("not")) {
            Value value = not();
            return names -> !SnippetValues.isTrue(value.of(names));
        }
        return comparison();
    }

    private record Step(String operator, Value operand) {}

    // a < b < c holds when both do.
    private Value comparison() {
        Value first = level(0);
        List<Step> steps = new ArrayList<>();
        String operator = comparisonOperator();
        while (operator != null) {
            steps.add(new Step(operator, level(0)));
            operator = comparisonOperator();
        }
        if (steps.isEmpty()) {
            return first;
        }
        return names -> {
            Object left = first.of(names);
            for (Step step : steps) {
                Object right = step.operand.of(names);
                if (!SnippetValues.holds(step.operator, left, right)) {
                    return false;
                }
                left = right;
            }
            return true;
        };
    }

    private @Nullable String comparisonOperator() {
        for (String operator : COMPARISONS) {
            if (tokens.accept(operator)) {
                return operator;
            }
        }
        if (tokens.accept("in")) {
            return "in";
        }
        if (tokens.peek().is("not") && tokens.peek(1).is("in")) {
            tokens.next();
            tokens.next();
            return "not in";
        }
        if (tokens.accept("is")) {
            return tokens.accept("not") ? "!=" : "==";
        }
        return null;
    }

    private Value level(int level) {
        if (level == LEVELS.length) {
            return unary();
        }
        Value left = level(level + 1);
        String operator = operator(level);
        while (operator != null) {
            String taken = operator;
            Value first = left;
            Value second = level(level + 1);
            left = names -> SnippetValues.binary(taken, first.of(names), second.of(names));
            operator = operator(level);
        }
        return left;
    }

    private @Nullable String operator(int level) {
        for (String operator : LEVELS[level]) {
            if (tokens.accept(operator)) {
                return operator;
            }
        }
        return null;
    }

    private Value unary() {
        for (String operator : new String[] {"-", "+", "~"}) {
            if (tokens.accept(operator)) {
                Value value = unary();
                return names -> SnippetValues.unary(operator, value.of(names));
            }
        }
        Value base = postfix();
        if (!tokens.accept("**")) {
            return base;
        }
        Value exponent = unary();
        return names -> SnippetValues.binary("**", base.of(names), exponent.of(names));
    }

    private Value postfix() {
        Value value = atom();
        while (tokens.peek().is("[")) {
            tokens.next();
            Value list = value;
            Value index = expression();
            tokens.expect("]");
            value = names -> SnippetValues.item(list.of(names), index.of(names));
        }
        if (tokens.peek().is(".")) {
            throw tokens.error("an expression without methods");
        }
        return value;
    }

    private Value atom() {
        Token token = tokens.next();
        return switch (token.kind()) {
            case NUMBER -> {
                Object number = SnippetValues.number(token.text());
                yield _ -> number;
            }
            case STRING -> {
                StringBuilder text = new StringBuilder(token.text());
                while (tokens.is(Kind.STRING)) {
                    text.append(tokens.next().text());
                }
                yield _ -> text.toString();
            }
            case NAME -> named(token.text());
            case OPERATOR, NEWLINE, INDENT, DEDENT, END -> bracketed(token);
        };
    }

    private Value named(String name) {
        if (tokens.accept("(")) {
            Value arguments = list(arguments(")"));
            return names -> SnippetValues.call(name, SnippetValues.items(arguments.of(names)));
        }
        return names -> names.get(name);
    }

    private Value bracketed(Token token) {
        if (token.is("[")) {
            return list(arguments("]"));
        }
        if (!token.is("(")) {
            throw new SkipException(
                    "syntax of a snippet: expected a value, found \"" + token.text() + "\"");
        }
        if (tokens.accept(")")) {
            return list(List.of());
        }
        Value value = tuple();
        tokens.expect(")");
        return value;
    }

    private List<Value> arguments(String end) {
        List<Value> values = new ArrayList<>();
        while (!tokens.accept(end)) {
            values.add(expression());
            if (!tokens.peek().is(end)) {
                tokens.expect(",");
            }
        }
        return values;
    }
}
