package io.ringway.testkit.script;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The lines {@code #ifdef NAME}, {@code #ifndef NAME}, {@code #else} and {@code #endif}, by which
 * suites keep what only one system does apart: lines that do not apply become empty, so that all
 * others keep their numbers.
 */
final class Conditionals {
    private Conditionals() {}

    /**
     * The text as it applies.
     *
     * @param isFreeBsd which of the two systems' names is defined
     * @param defines what is defined beside it
     */
    static String apply(String text, boolean isFreeBsd, Map<String, String> defines) {
        if (!text.contains("#if")) {
            return text;
        }
        Set<String> names = new HashSet<>(defines.keySet());
        names.addAll(isFreeBsd ? Set.of("FreeBSD", "__FreeBSD__") : Set.of("Linux", "linux"));
        Deque<Boolean> open = new ArrayDeque<>();
        StringBuilder kept = new StringBuilder(text.length());
        int line = 0;
        for (String each : text.split("\n", -1)) {
            line++;
            boolean isKept = !open.contains(false);
            if (!isDirective(each.strip(), line, names, open) && isKept) {
                kept.append(each);
            }
            kept.append('\n');
        }
        if (!open.isEmpty()) {
            throw new SkipException(line, "syntax: an #ifdef lacks its #endif");
        }
        return kept.toString();
    }

    private static boolean isDirective(
            String line, int number, Set<String> names, Deque<Boolean> open) {
        if (!line.startsWith("#")) {
            return false;
        }
        String[] words = line.substring(1).strip().split("\\s+", 2);
        switch (words[0]) {
            case "ifdef", "ifndef" -> {
                boolean isDefined = words.length == 2 && names.contains(words[1].strip());
                open.push(isDefined == words[0].equals("ifdef"));
            }
            case "else", "endif" -> {
                if (open.isEmpty()) {
                    throw new SkipException(
                            number, "syntax: an #" + words[0] + " without an #ifdef");
                }
                boolean isTaken = open.pop();
                if (words[0].equals("else")) {
                    open.push(!isTaken);
                }
            }
            default -> {
                return false;
            }
        }
        return true;
    }
}
