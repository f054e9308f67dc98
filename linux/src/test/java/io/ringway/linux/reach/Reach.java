package io.ringway.linux.reach;

import io.ringway.linux.reach.Method.Call;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Follows all calls from a method, and tells where something waits for another thread. */
final class Reach {
    /** Behind a method's name: it may call what it was given. */
    static final String GIVEN = "(given)";

    private static final Set<String> ATOMIC_ACCESS =
            Set.of("compareAndSet", "compareAndExchange", "weakCompareAndSet", "getAndSet");
    private static final Set<String> MONITOR_CLASSES =
            Set.of(
                    "java/lang/StringBuffer",
                    "java/util/Vector",
                    "java/util/Hashtable",
                    "java/util/Timer",
                    "java/util/Random",
                    "java/security/SecureRandom");

    private final Program program;
    private final Map<String, String> exempt;
    private final Set<String> usedExemptions = new TreeSet<>();
    private final Map<Method, Method> callers = new HashMap<>();
    private final List<String> found = new ArrayList<>();

    /**
     * @param exempt what is not looked into, with the reason: a class, or a class and a method
     *     ({@code io.ringway.Doorbell.ring}); with {@link #GIVEN} behind it the method is looked
     *     into, but may call a function that it was given
     */
    Reach(Program program, Map<String, String> exempt) {
        this.program = program;
        this.exempt = exempt;
    }

    /** What waits, each with the way that leads there; empty is good. */
    List<String> from(Method root) {
        ArrayDeque<Method> open = new ArrayDeque<>();
        callers.put(root, root);
        open.add(root);
        while (!open.isEmpty()) {
            Method method = open.remove();
            if (method.takesMonitor()) {
                found.add(way(method) + " takes a monitor");
            }
            for (Call call : method.calls()) {
                if (!isExempt(call.owner(), call.name())) {
                    follow(method, call, open);
                }
            }
        }
        return found;
    }

    private void follow(Method from, Call call, ArrayDeque<Method> open) {
        check(from, call);
        program.foreignTargets(call).forEach(body -> check(from, body));
        for (Method target : program.targets(call)) {
            if (!isExempt(target.owner(), target.name())
                    && callers.putIfAbsent(target, from) == null) {
                open.add(target);
            }
        }
    }

    private boolean isExempt(String owner, String name) {
        String type = owner.replace('/', '.');
        for (String one : new String[] {type, type + "." + name}) {
            if (exempt.containsKey(one)) {
                usedExemptions.add(one);
                return true;
            }
        }
        return false;
    }

    private void check(Method in, Call call) {
        if (waits(call)) {
            found.add(way(in) + " calls " + call);
        } else if (isGiven(call) && !isExempt(in.owner(), in.name() + GIVEN)) {
            found.add(way(in) + " calls what it was given, a " + call);
        }
    }

    /** Whether a call into the library may make the thread wait, or retry because of another. */
    private static boolean waits(Call call) {
        String owner = call.owner();
        String name = call.name();
        if (owner.equals("java/lang/invoke/VarHandle")) {
            return ATOMIC_ACCESS.stream().anyMatch(name::startsWith)
                    || name.startsWith("getAndAdd")
                    || name.startsWith("getAndBitwise");
        }
        if (owner.equals("java/lang/Object")) {
            return name.equals("wait") || name.startsWith("notify");
        }
        if (owner.equals("java/lang/Thread")) {
            return name.equals("sleep") || name.equals("join") || name.startsWith("start");
        }
        return (owner.startsWith("java/util/concurrent/") && !isHarmless(owner, name))
                || MONITOR_CLASSES.contains(owner)
                || (owner.equals("java/util/Collections") && name.startsWith("synchronized"))
                || owner.startsWith("java/lang/System$Logger");
    }

    private static boolean isHarmless(String owner, String name) {
        return owner.endsWith("Exception")
                || owner.endsWith("/TimeUnit")
                || owner.endsWith("/ThreadLocalRandom")
                || name.equals("<init>")
                || name.equals("isDone");
    }

    /** An interface of the library that everything may implement. */
    private static boolean isGiven(Call call) {
        String owner = call.owner();
        return !call.name().equals("equals") && isFunction(owner);
    }

    private static boolean isFunction(String owner) {
        return owner.equals("java/lang/Runnable")
                || owner.startsWith("java/util/function/")
                || owner.equals("java/util/concurrent/Callable");
    }

    /** The calls that lead to a method, the nearest last. */
    private String way(Method method) {
        List<String> way = new ArrayList<>();
        for (Method at = method; ; at = callers.get(at)) {
            way.addFirst(at.toString());
            if (at.equals(callers.get(at))) {
                return String.join(" > ", way);
            }
        }
    }

    /** How many methods were looked at. */
    int methodCount() {
        return callers.size();
    }

    /** Exemptions that something made use of. */
    Set<String> usedExemptions() {
        return usedExemptions;
    }
}
