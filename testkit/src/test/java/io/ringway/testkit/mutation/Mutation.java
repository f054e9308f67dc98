package io.ringway.testkit.mutation;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One rule broken in one place.
 *
 * @param name what it is called on the command line
 * @param rule the rule, in a few words
 * @param file the class, in {@code io.ringway.tcp}
 * @param before a piece of its source that is there once; where there is white space, any may be
 * @param after what stands there instead
 */
record Mutation(String name, String rule, String file, String before, String after) {
    /** Where the source is, from the project's root. */
    String path() {
        return "core/src/main/java/io/ringway/tcp/" + file + ".java";
    }

    /**
     * Breaks the rule.
     *
     * @throws IllegalStateException when the piece is not there, or is there more than once
     */
    String apply(String source) {
        Matcher matcher = pattern().matcher(source);
        if (!matcher.find()) {
            throw new IllegalStateException(
                    name + " does not apply any more: " + path() + " has no \"" + before + "\"");
        }
        int start = matcher.start();
        int end = matcher.end();
        if (matcher.find()) {
            throw new IllegalStateException(
                    name + " is ambiguous: " + path() + " has \"" + before + "\" more than once");
        }
        return source.substring(0, start) + after + source.substring(end);
    }

    private Pattern pattern() {
        return Pattern.compile(
                Arrays.stream(before.split(" +", -1))
                        .map(Pattern::quote)
                        .collect(Collectors.joining("\\s+")));
    }
}
