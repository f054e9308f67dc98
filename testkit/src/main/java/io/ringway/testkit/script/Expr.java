package io.ringway.testkit.script;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** An argument or a result of a system call. */
sealed interface Expr {
    /** {@code ...}: anything. */
    record Any() implements Expr {
        @Override
        public String toString() {
            return "...";
        }
    }

    /** A number. */
    record Num(long value) implements Expr {
        @Override
        public String toString() {
            return Long.toString(value);
        }
    }

    /** A name of a constant. */
    record Name(String name) implements Expr {
        @Override
        public String toString() {
            return name;
        }
    }

    /** A string; {@code isPrefix} when {@code ...} follows. */
    record Text(String value, boolean isPrefix) implements Expr {
        @Override
        public String toString() {
            return '"' + value + '"' + (isPrefix ? "..." : "");
        }
    }

    /** Two values with a bar between them. */
    record Or(Expr left, Expr right) implements Expr {
        @Override
        public String toString() {
            return left + "|" + right;
        }
    }

    /** {@code name=value} outside of a structure. */
    record Assign(String name, Expr value) implements Expr {
        @Override
        public String toString() {
            return name + "=" + value;
        }
    }

    /** {@code name(arguments)}. */
    record Invoke(String name, List<Expr> arguments) implements Expr {
        @Override
        public String toString() {
            return name + join(arguments, "(", ")");
        }
    }

    /** Values in brackets. */
    record Items(List<Expr> values) implements Expr {
        @Override
        public String toString() {
            return join(values, "[", "]");
        }
    }

    /** Values in braces without names. */
    record Tuple(List<Expr> values) implements Expr {
        @Override
        public String toString() {
            return join(values, "{", "}");
        }
    }

    /** A structure: values by the names of its fields, in their order. */
    record Struct(Map<String, Expr> fields) implements Expr {
        @Override
        public String toString() {
            return fields.entrySet().stream()
                    .map(field -> field.getKey() + "=" + field.getValue())
                    .collect(Collectors.joining(", ", "{", "}"));
        }
    }

    private static String join(List<Expr> values, String begin, String end) {
        return values.stream().map(Object::toString).collect(Collectors.joining(", ", begin, end));
    }
}
