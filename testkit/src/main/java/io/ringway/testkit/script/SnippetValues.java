package io.ringway.testkit.script;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What the values of a snippet can do: {@link Long}, {@link Double}, {@link Boolean}, strings and
 * lists, with Python's rules. Pure.
 */
final class SnippetValues {
    private SnippetValues() {}

    static Object number(String text) {
        try {
            String lower = text.toLowerCase(Locale.ROOT);
            if (lower.startsWith("0x")) {
                return Long.parseUnsignedLong(lower.substring(2), 16);
            }
            boolean isReal = lower.contains(".") || lower.contains("e");
            if (isReal) {
                return Double.parseDouble(lower);
            }
            return Long.parseLong(lower.replaceAll("[lu]+$", ""));
        } catch (NumberFormatException e) {
            throw new SkipException("syntax of a snippet: \"" + text + "\" is no number");
        }
    }

    static boolean isTrue(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case Boolean truth -> truth;
            case Long number -> number != 0;
            case Double number -> number != 0;
            case String text -> !text.isEmpty();
            case List<?> list -> !list.isEmpty();
            default -> true;
        };
    }

    static List<Object> items(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return new ArrayList<>(list);
        }
        throw new SkipException("a snippet needs a list, found " + value);
    }

    static Object item(@Nullable Object list, @Nullable Object index) {
        List<Object> items = items(list);
        int at = (int) integer(index);
        return items.get(at < 0 ? at + items.size() : at);
    }

    /** A value as a message shows it. */
    static String text(@Nullable Object value) {
        return String.valueOf(value);
    }

    private static long integer(@Nullable Object value) {
        return switch (value) {
            case Long number -> number;
            case Boolean truth -> truth ? 1 : 0;
            case null, default ->
                    throw new SkipException("a snippet needs a whole number, found " + value);
        };
    }

    private static double real(@Nullable Object value) {
        return value instanceof Double number ? number : integer(value);
    }

    static Object unary(String operator, @Nullable Object value) {
        return switch (operator) {
            case "-" -> value instanceof Double number ? (Object) (-number) : -integer(value);
            case "~" -> ~integer(value);
            default -> value instanceof Double number ? (Object) number : integer(value);
        };
    }

    static Object binary(String operator, @Nullable Object left, @Nullable Object right) {
        if (left instanceof String text) {
            return switch (operator) {
                case "%" -> formatted(text, right);
                case "+" -> text + right;
                case "*" -> text.repeat((int) integer(right));
                default -> throw new SkipException("\"" + operator + "\" of a string in a snippet");
            };
        }
        if (operator.equals("/") || left instanceof Double || right instanceof Double) {
            return real(operator, real(left), real(right));
        }
        long a = integer(left);
        long b = integer(right);
        if (b == 0 && (operator.equals("//") || operator.equals("%"))) {
            throw new ScriptFailure("a snippet divides by zero");
        }
        return switch (operator) {
            case "|" -> a | b;
            case "^" -> a ^ b;
            case "&" -> a & b;
            case "<<" -> a << b;
            case ">>" -> a >> b;
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "//" -> Math.floorDiv(a, b);
            case "%" -> Math.floorMod(a, b);
            case "**" -> (long) Math.pow((double) a, (double) b);
            default -> throw new SkipException("the operator " + operator + " in a snippet");
        };
    }

    private static Object real(String operator, double a, double b) {
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> a / b;
            case "//" -> Math.floor(a / b);
            case "%" -> a - b * Math.floor(a / b);
            case "**" -> Math.pow(a, b);
            default -> throw new SkipException("the operator " + operator + " in a snippet");
        };
    }

    // Only messages are formatted, so what Java does not know may stay as it is.
    private static String formatted(String text, @Nullable Object values) {
        Object[] arguments =
                values instanceof List<?> list ? list.toArray() : new Object[] {values};
        try {
            return String.format(Locale.ROOT, text.replaceAll("%[ui]", "%d"), arguments);
        } catch (IllegalArgumentException e) {
            return text + " " + values;
        }
    }

    static boolean holds(String operator, @Nullable Object left, @Nullable Object right) {
        return switch (operator) {
            case "in" -> isIn(left, right);
            case "not in" -> !isIn(left, right);
            case "==" -> isSame(left, right);
            case "!=" -> !isSame(left, right);
            default -> {
                int order =
                        left instanceof String first && right instanceof String second
                                ? first.compareTo(second)
                                : compare(left, right);
                yield switch (operator) {
                    case "<" -> order < 0;
                    case "<=" -> order <= 0;
                    case ">" -> order > 0;
                    default -> order >= 0;
                };
            }
        };
    }

    private static boolean isIn(@Nullable Object value, @Nullable Object list) {
        return list instanceof String text
                ? text.contains(String.valueOf(value))
                : items(list).stream().anyMatch(item -> isSame(value, item));
    }

    private static boolean isNumber(@Nullable Object value) {
        return value instanceof Long || value instanceof Double || value instanceof Boolean;
    }

    private static boolean isSame(@Nullable Object left, @Nullable Object right) {
        return (isNumber(left) && isNumber(right))
                ? compare(left, right) == 0
                : Objects.equals(left, right);
    }

    private static int compare(@Nullable Object left, @Nullable Object right) {
        return (left instanceof Double || right instanceof Double)
                ? Double.compare(real(left), real(right))
                : Long.compare(integer(left), integer(right));
    }

    static @Nullable Object call(String name, List<Object> arguments) {
        return switch (name) {
            case "print" -> null;
            case "abs" ->
                    isTrue(holds("<", one(name, arguments), 0L))
                            ? unary("-", arguments.getFirst())
                            : arguments.getFirst();
            case "min", "max" -> extreme(name, arguments);
            case "sum" -> {
                Object sum = 0L;
                for (Object item : items(one(name, arguments))) {
                    sum = binary("+", sum, item);
                }
                yield sum;
            }
            case "int" -> (long) real(one(name, arguments));
            case "float" -> real(one(name, arguments));
            case "round" -> Math.round(real(arguments.getFirst()));
            case "bool" -> isTrue(one(name, arguments));
            case "len" -> (long) items(one(name, arguments)).size();
            case "str", "repr" -> text(one(name, arguments));
            case "hex" -> "0x" + Long.toHexString(integer(one(name, arguments)));
            case "list", "tuple", "sorted" -> items(one(name, arguments));
            case "all" -> items(one(name, arguments)).stream().allMatch(SnippetValues::isTrue);
            case "any" -> items(one(name, arguments)).stream().anyMatch(SnippetValues::isTrue);
            case "range" -> range(arguments);
            default -> throw new SkipException("the function " + name + " in a snippet");
        };
    }

    private static Object one(String name, List<Object> arguments) {
        if (arguments.size() != 1) {
            throw new SkipException(name + " in a snippet takes one argument");
        }
        return arguments.getFirst();
    }

    private static Object extreme(String name, List<Object> arguments) {
        List<Object> items = arguments.size() == 1 ? items(arguments.getFirst()) : arguments;
        Object best = items.getFirst();
        for (Object item : items) {
            int order = compare(item, best);
            if (name.equals("min") ? order < 0 : order > 0) {
                best = item;
            }
        }
        return best;
    }

    private static List<Object> range(List<Object> arguments) {
        long start = arguments.size() == 1 ? 0 : integer(arguments.getFirst());
        long end = integer(arguments.get(arguments.size() == 1 ? 0 : 1));
        if (arguments.size() > 2 || end - start > 10_000) {
            throw new SkipException("a range in a snippet is of two numbers at most 10,000 apart");
        }
        List<Object> values = new ArrayList<>();
        for (long i = start; i < end; i++) {
            values.add(i);
        }
        return values;
    }
}
