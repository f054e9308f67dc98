package io.ringway.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes maps, lists, numbers and texts as JSON. */
final class Json {
    private Json() {}

    static String write(Object value) {
        StringBuilder to = new StringBuilder();
        write(value, to, "\n");
        return to.append('\n').toString();
    }

    private static void write(Object value, StringBuilder to, String newline) {
        switch (value) {
            case Map<?, ?> map -> writeMap(map, to, newline);
            case List<?> list -> writeList(list, to, newline);
            case double[] numbers -> writeNumbers(numbers, to);
            case Double number -> writeNumber(number, to);
            case Number number -> to.append(number);
            case Boolean truth -> to.append(truth);
            default -> writeText(value.toString(), to);
        }
    }

    private static void writeMap(Map<?, ?> map, StringBuilder to, String newline) {
        String inner = newline + "  ";
        String separator = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            to.append(separator).append(inner);
            writeText(String.valueOf(entry.getKey()), to);
            to.append(": ");
            write(entry.getValue(), to, inner);
            separator = ",";
        }
        to.append(map.isEmpty() ? "{}" : newline + "}");
    }

    private static void writeList(List<?> list, StringBuilder to, String newline) {
        String inner = newline + "  ";
        String separator = "[";
        for (Object item : list) {
            to.append(separator).append(inner);
            write(item, to, inner);
            separator = ",";
        }
        to.append(list.isEmpty() ? "[]" : newline + "]");
    }

    private static void writeNumbers(double[] numbers, StringBuilder to) {
        to.append('[');
        for (int i = 0; i < numbers.length; i++) {
            to.append(i == 0 ? "" : ", ");
            writeNumber(numbers[i], to);
        }
        to.append(']');
    }

    private static void writeNumber(double number, StringBuilder to) {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            to.append("null");
        } else {
            to.append(String.format(Locale.ROOT, "%.6g", number));
        }
    }

    private static void writeText(String text, StringBuilder to) {
        to.append('"');
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            switch (letter) {
                case '"', '\\' -> to.append('\\').append(letter);
                case '\n' -> to.append("\\n");
                case '\t' -> to.append("\\t");
                default -> {
                    if (letter < ' ') {
                        to.append(String.format(Locale.ROOT, "\\u%04x", (int) letter));
                    } else {
                        to.append(letter);
                    }
                }
            }
        }
        to.append('"');
    }
}
