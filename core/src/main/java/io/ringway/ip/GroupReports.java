package io.ringway.ip;

import io.ringway.layer.SourceFilter;
import io.ringway.wire.IpAddress;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells routers of the groups that this stack listens to: the host's part of IGMPv3 (RFC 3376 §5)
 * and MLDv2 (RFC 3810 §6), and of the versions before where a router speaks one (§7, §8). One
 * object for each version of IP. The speaking lane only.
 */
final class GroupReports {
    /** What a record says (RFC 3376 §4.2.12). */
    static final int IS_INCLUDE = 1;

    static final int IS_EXCLUDE = 2;
    static final int TO_INCLUDE = 3;
    static final int TO_EXCLUDE = 4;
    static final int ALLOW = 5;
    static final int BLOCK = 6;

    private static final long NEVER = Long.MAX_VALUE;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int LATEST = 3;

    /** RFC 3376 §8.1, §8.2, §8.11; RFC 2236 §8.10. */
    private static final int ROBUSTNESS = 2;

    private static final long QUERY_INTERVAL_NS = 125 * SECOND_NS;
    private static final long UNSOLICITED_INTERVAL_NS = SECOND_NS;
    private static final long OLDER_UNSOLICITED_INTERVAL_NS = 10 * SECOND_NS;

    /** One group, and what is still to be said of it. */
    private static final class Reported {
        private final IpAddress group;
        private SourceFilter state = SourceFilter.NONE;
        private int modeChanges;
        private final Map<IpAddress, Integer> sourceChanges = new LinkedHashMap<>();
        private int olderReports;
        private long answerNs = NEVER;

        /** The sources that were asked for; none when the whole group was. */
        private List<IpAddress> asked = List.of();

        Reported(IpAddress group) {
            this.group = group;
        }

        boolean isChanging() {
            return modeChanges > 0 || !sourceChanges.isEmpty() || olderReports > 0;
        }

        void forgetChanges() {
            modeChanges = 0;
            sourceChanges.clear();
            olderReports = 0;
        }
    }

    private final GroupReportOutput output;
    private final SeededRandom random;
    private final List<Reported> groups = new ArrayList<>();
    private final long[] olderUntilNs = {Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE};
    private int robustness = ROBUSTNESS;
    private long queryIntervalNs = QUERY_INTERVAL_NS;
    private long changeNs = NEVER;
    private long generalNs = NEVER;
    private long nextNs = NEVER;

    GroupReports(GroupReportOutput output, SeededRandom random) {
        this.output = output;
        this.random = random;
    }

    long nextDeadlineNs() {
        return nextNs;
    }

    /** What this stack listens to has changed; it is told when time next passes (RFC 3376 §5.1). */
    void onChange(IpAddress group, SourceFilter before, SourceFilter after) {
        if (!output.isReported(group)) {
            return;
        }
        Reported reported = find(group);
        if (reported == null) {
            reported = new Reported(group);
            groups.add(reported);
        }
        reported.state = after;
        if (before.isExclude() != after.isExclude()) {
            reported.modeChanges = robustness;
            reported.sourceChanges.clear();
        } else {
            noteSources(reported, before.sources(), after.sources());
            noteSources(reported, after.sources(), before.sources());
        }
        if (before.isNone() || after.isNone()) {
            reported.olderReports = robustness;
        }
        changeNs = Long.MIN_VALUE;
        nextNs = Long.MIN_VALUE;
    }

    private void noteSources(Reported reported, List<IpAddress> some, List<IpAddress> others) {
        for (IpAddress source : some) {
            if (!others.contains(source)) {
                reported.sourceChanges.put(source, robustness);
            }
        }
    }

    private @Nullable Reported find(IpAddress group) {
        for (Reported each : groups) {
            if (each.group.equals(group)) {
                return each;
            }
        }
        return null;
    }

    /** The version that the routers here understand (RFC 3376 §7.2.1, RFC 3810 §8.2.1). */
    private int version(long nowNs) {
        for (int older = 1; older < LATEST; older++) {
            if (nowNs < olderUntilNs[older]) {
                return older;
            }
        }
        return LATEST;
    }

    /** A router asks (RFC 3376 §5.2, RFC 3810 §6.2). */
    void onQuery(GroupQuery query, long nowNs) {
        if (query.version() < LATEST) {
            olderUntilNs[query.version()] =
                    nowNs + robustness * queryIntervalNs + query.maxDelayNs();
        } else {
            robustness = query.robustness() == 0 ? ROBUSTNESS : query.robustness();
            queryIntervalNs = query.intervalNs() == 0 ? QUERY_INTERVAL_NS : query.intervalNs();
        }
        IpAddress asked = query.group();
        if (asked == null && version(nowNs) == LATEST) {
            generalNs = Math.min(generalNs, nowNs + delay(query));
            nextNs = Math.min(nextNs, generalNs);
            return;
        }
        for (Reported each : groups) {
            if (!each.state.isNone() && (asked == null || asked.equals(each.group))) {
                answerLater(each, query, nowNs + delay(query));
            }
        }
    }

    private long delay(GroupQuery query) {
        return random.below(Math.max(1, query.maxDelayNs()));
    }

    private void answerLater(Reported reported, GroupQuery query, long atNs) {
        if (generalNs <= atNs) {
            // Then all is told anyway.
            return;
        }
        List<IpAddress> asked = new ArrayList<>(query.sources());
        if (reported.answerNs != NEVER) {
            boolean isWhole = asked.isEmpty() || reported.asked.isEmpty();
            asked.addAll(reported.asked);
            if (isWhole || asked.size() > SourceFilter.MOST_SOURCES) {
                asked.clear();
            }
        }
        reported.asked = List.copyOf(asked);
        reported.answerNs = Math.min(reported.answerNs, atNs);
        nextNs = Math.min(nextNs, reported.answerNs);
    }

    /** Another host has told of a group; in the older versions one is enough (RFC 2236 §3). */
    void onReport(IpAddress group, long nowNs) {
        Reported reported = find(group);
        if (reported != null && version(nowNs) < LATEST) {
            reported.answerNs = NEVER;
        }
    }

    /** Says what is due; returns how much that was. */
    int expire(long nowNs) {
        if (nowNs < nextNs) {
            return 0;
        }
        int work = 0;
        if (nowNs >= changeNs) {
            work++;
            tellChanges(nowNs);
        }
        boolean isGeneral = nowNs >= generalNs;
        if (isGeneral) {
            generalNs = NEVER;
        }
        for (Reported each : groups) {
            if (isGeneral || nowNs >= each.answerNs) {
                work++;
                answer(each, isGeneral ? List.of() : each.asked, version(nowNs));
                each.answerNs = NEVER;
            }
        }
        output.flush();
        groups.removeIf(each -> each.state.isNone() && !each.isChanging());
        nextNs = Math.min(changeNs, generalNs);
        for (Reported each : groups) {
            nextNs = Math.min(nextNs, each.answerNs);
        }
        return work;
    }

    private void answer(Reported reported, List<IpAddress> asked, int version) {
        SourceFilter state = reported.state;
        if (state.isNone()) {
            return;
        }
        if (version < LATEST) {
            output.olderReport(version, reported.group);
        } else if (asked.isEmpty()) {
            output.record(
                    state.isExclude() ? IS_EXCLUDE : IS_INCLUDE, reported.group, state.sources());
        } else {
            List<IpAddress> heard = asked.stream().distinct().filter(state::accepts).toList();
            if (!heard.isEmpty()) {
                output.record(IS_INCLUDE, reported.group, heard);
            }
        }
    }

    /** State changes are told several times, for a report may get lost (RFC 3376 §5.1). */
    private void tellChanges(long nowNs) {
        int version = version(nowNs);
        boolean isMore = false;
        for (Reported each : groups) {
            if (version < LATEST) {
                tellOlder(each, version);
            } else {
                tell(each);
            }
            isMore |= each.isChanging();
        }
        output.flush();
        long spread = version < LATEST ? OLDER_UNSOLICITED_INTERVAL_NS : UNSOLICITED_INTERVAL_NS;
        changeNs = isMore ? nowNs + 1 + random.below(spread) : NEVER;
    }

    private void tell(Reported reported) {
        reported.olderReports = 0;
        SourceFilter state = reported.state;
        if (reported.modeChanges > 0) {
            reported.modeChanges--;
            output.record(
                    state.isExclude() ? TO_EXCLUDE : TO_INCLUDE, reported.group, state.sources());
        } else if (!reported.sourceChanges.isEmpty()) {
            List<IpAddress> changed = List.copyOf(reported.sourceChanges.keySet());
            record(ALLOW, reported, changed.stream().filter(state::accepts).toList());
            record(BLOCK, reported, changed.stream().filter(s -> !state.accepts(s)).toList());
        }
        reported.sourceChanges.replaceAll((_, left) -> left - 1);
        reported.sourceChanges.values().removeIf(left -> left == 0);
    }

    private void record(int type, Reported reported, List<IpAddress> sources) {
        int most = SourceFilter.MOST_SOURCES;
        for (int from = 0; from < sources.size(); from += most) {
            int to = Math.min(sources.size(), from + most);
            output.record(type, reported.group, sources.subList(from, to));
        }
    }

    private void tellOlder(Reported reported, int version) {
        int left = reported.olderReports;
        reported.forgetChanges();
        if (left == 0) {
            return;
        }
        if (reported.state.isNone()) {
            output.olderLeave(version, reported.group);
        } else {
            output.olderReport(version, reported.group);
            reported.olderReports = left - 1;
        }
    }
}
