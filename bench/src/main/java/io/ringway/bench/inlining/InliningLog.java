package io.ringway.bench.inlining;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what {@code -XX:+PrintCompilation -XX:+PrintInlining} prints: the calls in each method as
 * C2 has compiled it last.
 *
 * <p>To be told apart the compilations must not overlap, which {@code -Xbatch} and a single thread
 * see to.
 */
final class InliningLog {
    // time, number, attributes, level, method: "4804 1509    b  4       io.ringway.Lane::receive
    // (56 bytes)"
    private static final Pattern COMPILATION =
            Pattern.compile("^\\s*\\d+\\s+\\d+\\s+([%sbn!\\s]*?)\\s+(\\d)\\s+(\\S+::\\S+)(.*)");
    private static final Pattern CALL =
            Pattern.compile("^(\\s*)@ -?\\d+\\s+(\\S+::\\S+) \\((\\d+) bytes\\)\\s+(.*)");
    private static final Pattern MORE = Pattern.compile("\\s{2,}(callee changed|\\\\->).*");
    private static final String OPTIMIZING = "4";

    private final Map<String, List<Call>> compiled = new LinkedHashMap<>();
    private final Deque<Level> callers = new ArrayDeque<>();
    private List<Call> current = new ArrayList<>();

    private record Level(int indentation, String method) {}

    InliningLog(Iterable<String> lines) {
        for (String line : lines) {
            Matcher call = CALL.matcher(line);
            if (call.matches()) {
                add(call);
                continue;
            }
            Matcher compilation = COMPILATION.matcher(line);
            // Older code that is thrown away is told in the middle of the newer one's calls.
            if (compilation.matches() && !compilation.group(4).contains(" made ")) {
                begin(compilation);
            }
        }
    }

    private void begin(Matcher compilation) {
        String method = compilation.group(3);
        current = new ArrayList<>();
        callers.clear();
        callers.push(new Level(-1, method));
        boolean isForALoop = compilation.group(1).contains("%");
        if (compilation.group(2).equals(OPTIMIZING) && !isForALoop) {
            compiled.put(method, current);
        }
    }

    private void add(Matcher call) {
        int indentation = call.group(1).length();
        while (callers.size() > 1 && callers.getFirst().indentation() >= indentation) {
            callers.pop();
        }
        String caller = callers.isEmpty() ? "" : callers.getFirst().method();
        String verdict = MORE.matcher(call.group(4)).replaceFirst("").strip();
        current.add(new Call(caller, call.group(2), Integer.parseInt(call.group(3)), verdict));
        callers.push(new Level(indentation, call.group(2)));
    }

    /** The calls in the last code of a method; empty when C2 has never compiled it. */
    Optional<List<Call>> calls(String method) {
        return Optional.ofNullable(compiled.get(method));
    }
}
