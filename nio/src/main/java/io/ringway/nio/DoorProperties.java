package io.ringway.nio;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The settings of {@link DoorConfig} as text: from the file that {@code ringway.config} names, and
 * from the system properties {@code ringway.*}, which go before it.
 */
final class DoorProperties {
    private static final String PREFIX = "ringway.";
    private static final List<String> NAMES =
            List.of(
                    "port",
                    "kernel-ports",
                    "address",
                    "gateway",
                    "lanes",
                    "cores",
                    "profile",
                    "idle",
                    "congestion",
                    "strict");
    private static final int TYPING_ERRORS = 2;

    private final Map<String, String> values = new TreeMap<>();

    private DoorProperties() {}

    /**
     * Reads what {@code system}, the system properties, say.
     *
     * @throws IllegalArgumentException when the file is not there, or something in it or among the
     *     properties has a name that nobody knows
     */
    static DoorProperties of(Properties system) {
        DoorProperties read = new DoorProperties();
        String file = system.getProperty(PREFIX + "config");
        if (file != null) {
            read.readFile(Path.of(file));
        }
        for (String key : system.stringPropertyNames()) {
            String name = key.startsWith(PREFIX) ? key.substring(PREFIX.length()) : "";
            if (NAMES.contains(name)) {
                read.values.put(name, system.getProperty(key).strip());
            } else if (!name.isEmpty() && !name.equals("config")) {
                // Others may have properties of that kind, but nobody has one so much like ours.
                refuseTypingError(name);
            }
        }
        return read;
    }

    /** Whether there is a setting of this name. */
    static boolean isName(String name) {
        return name.equals("config") || NAMES.contains(name);
    }

    private void readFile(Path file) {
        Properties content = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            content.load(reader);
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new IllegalArgumentException(
                    "ringway.config is "
                            + file
                            + ", which "
                            + why(unreadable)
                            + ": write the path of a file with lines such as \"port=auto:eth0\" and"
                            + " \"address=198.18.0.2/24\"");
        }
        for (String key : content.stringPropertyNames()) {
            String name = key.startsWith(PREFIX) ? key.substring(PREFIX.length()) : key;
            if (!NAMES.contains(name)) {
                refuseTypingError(name);
                throw new IllegalArgumentException(
                        file
                                + " sets "
                                + key
                                + ", which is no setting of Ringway: write one of "
                                + String.join(", ", NAMES));
            }
            values.put(name, content.getProperty(key).strip());
        }
    }

    private static String why(Exception unreadable) {
        return switch (unreadable) {
            case NoSuchFileException _ -> "is not there";
            case AccessDeniedException _ -> "this user may not read";
            default -> "cannot be read (" + unreadable.getMessage() + ")";
        };
    }

    /**
     * @throws IllegalArgumentException when {@code given} is all but the name of a setting
     */
    static void refuseTypingError(String given) {
        for (String name : NAMES) {
            if (distance(given, name) <= TYPING_ERRORS) {
                throw new IllegalArgumentException(
                        PREFIX
                                + given
                                + " is no setting of Ringway: write "
                                + PREFIX
                                + name
                                + " instead");
            }
        }
    }

    /** How many letters have to be put in, left out or changed (Levenshtein). */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }

    /** What is set, or null. */
    @Nullable String get(String name) {
        return values.get(name);
    }

    /**
     * What is set, read by {@code read}; or the usual value.
     *
     * @param example what could have been written instead
     * @throws IllegalArgumentException when it cannot be read
     */
    <T extends @Nullable Object> T value(
            String name, T usual, String example, Function<String, ? extends T> read) {
        String text = values.get(name);
        if (text == null) {
            return usual;
        }
        try {
            return read.apply(text);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(
                    PREFIX
                            + name
                            + " is \""
                            + text
                            + "\", and "
                            + wrong.getMessage()
                            + ": write for instance "
                            + PREFIX
                            + name
                            + "="
                            + example);
        }
    }

    /** A list with commas in between; empty when nothing is set. */
    <T> List<T> list(String name, String example, Function<String, T> read) {
        return value(name, List.of(), example, text -> DoorConfig.each(text, read));
    }
}
