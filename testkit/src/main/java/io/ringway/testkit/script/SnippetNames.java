package io.ringway.testkit.script;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of a script's snippets: its own, those of constants, and the fields of TCP_INFO. */
final class SnippetNames {
    private static final Pattern FIELD = Pattern.compile("[A-Za-z_][A-Za-z_0-9]*");

    private final Map<String, Object> own = new HashMap<>();
    private Map<String, Long> fields = Map.of();
    private @Nullable String missing;

    /** What TCP_INFO says now. */
    void fields(Map<String, Long> values) {
        fields = values;
        missing = null;
    }

    /** There is no connection to ask, for this reason. */
    void noFields(String reason) {
        fields = Map.of();
        missing = reason;
    }

    void set(String name, @Nullable Object value) {
        if (value == null) {
            throw new SkipException("None in a snippet is not supported: " + name);
        }
        own.put(name, value);
    }

    static long constant(String name) {
        return TcpInfoFields.CONSTANTS.getOrDefault(name, 0L);
    }

    Object get(String name) {
        Long field = fields.get(name);
        if (field != null) {
            return field;
        }
        Object value = own.get(name);
        if (value != null) {
            return value;
        }
        Long constant = TcpInfoFields.CONSTANTS.get(name);
        if (constant != null) {
            return constant;
        }
        if (name.equals("True") || name.equals("False")) {
            return name.equals("True");
        }
        String reason = missing;
        if (reason != null) {
            throw new ScriptFailure(reason);
        }
        throw new SkipException("the name " + name + " in a snippet is not known");
    }

    /** The values of the fields and names of an expression, for a message. */
    String described(String expression) {
        StringBuilder text = new StringBuilder();
        TreeSet<String> names = new TreeSet<>();
        Matcher matcher = FIELD.matcher(expression);
        while (matcher.find()) {
            names.add(matcher.group());
        }
        for (String name : names) {
            Object value = fields.containsKey(name) ? fields.get(name) : own.get(name);
            if (value != null) {
                text.append(text.isEmpty() ? "" : ", ").append(name).append(" = ").append(value);
            }
        }
        return text.toString();
    }
}
