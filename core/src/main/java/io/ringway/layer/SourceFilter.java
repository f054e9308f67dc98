package io.ringway.layer;

import io.ringway.wire.IpAddress;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * From which sources a socket, or a whole stack, listens to a multicast group: from those listed,
 * or from all but those (RFC 3376 §2, RFC 3810 §4.1).
 *
 * @param isExclude whether the list says who is not heard
 * @param sources each once; at most {@link #MOST_SOURCES}
 */
public record SourceFilter(boolean isExclude, List<IpAddress> sources) {
    /** Sources of one list at most, so that a report has room for it on every link. */
    public static final int MOST_SOURCES = 64;

    /** From nobody: who does not listen. */
    public static final SourceFilter NONE = new SourceFilter(false, List.of());

    /** From everybody. */
    public static final SourceFilter ALL = new SourceFilter(true, List.of());

    public SourceFilter {
        sources = sources.stream().distinct().sorted().toList();
        if (sources.size() > MOST_SOURCES) {
            throw new IllegalArgumentException(
                    "a group is listened to, or not, from at most "
                            + MOST_SOURCES
                            + " sources; given "
                            + sources.size());
        }
    }

    /** From these only. */
    public static SourceFilter only(Collection<IpAddress> sources) {
        return new SourceFilter(false, List.copyOf(sources));
    }

    /** From everybody but these. */
    public static SourceFilter allBut(Collection<IpAddress> sources) {
        return new SourceFilter(true, List.copyOf(sources));
    }

    /** Whether nobody at all is heard. */
    public boolean isNone() {
        return !isExclude && sources.isEmpty();
    }

    /** Whether what comes from this source is heard. */
    public boolean accepts(long high, long low) {
        return isListed(high, low) == !isExclude;
    }

    public boolean accepts(IpAddress source) {
        return accepts(source.high(), source.low());
    }

    private boolean isListed(long high, long low) {
        for (int i = 0; i < sources.size(); i++) {
            IpAddress source = sources.get(i);
            if (source.low() == low && source.high() == high) {
                return true;
            }
        }
        return false;
    }

    /**
     * What is heard by at least one of several (RFC 3376 §3.2, RFC 3810 §4.2). More sources than a
     * list holds become everybody.
     */
    public static SourceFilter union(Collection<SourceFilter> all) {
        List<IpAddress> named = new ArrayList<>();
        boolean isExclude = false;
        for (SourceFilter each : all) {
            isExclude |= each.isExclude;
            named.addAll(each.sources);
        }
        boolean excludes = isExclude;
        // Of those that are named, who is heard by nobody is excluded; who is by anybody included.
        List<IpAddress> listed =
                named.stream()
                        .distinct()
                        .filter(source ->
                                all.stream().anyMatch(each -> each.accepts(source)) != excludes)
                        .toList();
        return listed.size() > MOST_SOURCES ? ALL : new SourceFilter(isExclude, listed);
    }
}
