package io.ringway.testkit.script;

import io.ringway.testkit.script.Operation.Returned;
import io.ringway.testkit.script.Script.Event;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Set;

/**
 * Plays the events of one script: waits until each is due, does what is to be done to the stack,
 * and looks whether the stack has done what it must.
 *
 * <p>A time with a plus counts from the end of the event before; only between two packets to the
 * stack it counts from when the first was due. A packet that must be sent is not waited for before
 * it is due: one that was sent too early is found as well.
 */
final class ScriptRun implements AutoCloseable {
    /** How long is waited for a packet that may come at any time. */
    private static final long ANY_TIME_US = 3_600_000_000L;

    /** How long Linux delays an ACK at most: also that of a FIN, which the stack owes at once. */
    private static final long DELAYED_ACK_US = 200_000;

    /** How long a call may block that the script does not expect to. */
    private static final long BLOCKED_US = 60_000_000;

    private final Script script;
    private final ScriptConfig config;
    private final List<String> trace;
    private final Machine machine;
    private final FlowTable flows;
    private final SocketCalls calls;
    private final Sysctls sysctls;
    private final PacketEvents packets;
    private final CodeEvents code;
    private final ScriptPrescan prescan;
    private final Set<String> ownCookies;

    private @Nullable Event last;
    private long lastUs;
    // When the last event was to be, by the script.
    private long lastDueUs;
    private @Nullable Blocked blocked;

    /** A call that blocks while other events go on. */
    private static final class Blocked {
        final Event event;
        final Action.Call call;
        final Operation operation;
        final long endUs;
        @Nullable Returned returned;
        long returnedUs;

        Blocked(Event event, Action.Call call, Operation operation, long endUs) {
            this.event = event;
            this.call = call;
            this.operation = operation;
            this.endUs = endUs;
        }
    }

    ScriptRun(Script script, ScriptConfig config, List<String> trace) {
        this.script = script;
        this.config = config;
        this.trace = trace;
        this.flows = new FlowTable(config);
        this.machine = new Machine(config, this::afterWork);
        this.calls = new SocketCalls(config, machine, flows);
        this.sysctls = new Sysctls(config, script.name());
        this.packets = new PacketEvents(config, machine, flows, this::written, this::note);
        this.code = new CodeEvents(config, calls);
        this.prescan = new ScriptPrescan(script);
        this.ownCookies = prescan.ownCookies();
    }

    /** Plays all events; throws what the first one that goes wrong throws. */
    void play() {
        config.expectsFastOpen = !ownCookies.isEmpty();
        script.setup().forEach(sysctls::apply);
        config.hasFastOpenListener = prescan.hasFastOpenServer();
        if (prescan.hasExperimentalFastOpen()) {
            config.lack("the experimental option of Fast Open (RFC 7413, appendix A)");
        }
        int index = 0;
        for (Event event : script.events()) {
            long offsetUs = offset(event);
            try {
                play(event, offsetUs, index);
            } catch (SkipException e) {
                throw e.line() != 0
                        ? e
                        : new SkipException(event.line(), String.valueOf(e.getMessage()));
            } catch (ScriptFailure e) {
                throw located(event, e);
            }
            last = event;
            index++;
        }
        Event end = script.events().getLast();
        try {
            finishBlocked();
            packets.requireNothingLeft(lastUs);
        } catch (ScriptFailure e) {
            throw located(end, e);
        }
    }

    private ScriptFailure located(Event event, ScriptFailure failure) {
        String message = String.valueOf(failure.getMessage());
        return message.startsWith(script.name())
                ? failure
                : new ScriptFailure(script.name() + ":" + event.line() + ": " + message);
    }

    private long offset(Event event) {
        if (!event.time().isRelative()) {
            return 0;
        }
        boolean isChained = last != null && last.isInboundPacket() && event.isInboundPacket();
        return isChained ? lastUs : machine.nowUs();
    }

    private void play(Event event, long offsetUs, int index) {
        long dueUs = event.time().startUs() + offsetUs;
        long sinceUs = Math.max(0, dueUs - lastUs);
        if (!event.time().isRelative() && !event.time().isRange() && dueUs < lastDueUs) {
            throw new SkipException(event.line(), "syntax: time goes backward");
        }
        switch (event.action()) {
            case Action.Packet packet -> {
                if (packet.isInbound()) {
                    await(dueUs);
                    machine.passWire();
                    if (packet.spec() instanceof PacketSpec.Tcp segment) {
                        calls.onInbound(segment);
                        flows.cookie("TFO_COOKIE", machine.fastOpenCookie());
                        ownCookies.forEach(own -> flows.cookie(own, machine.fastOpenCookie()));
                    }
                    packets.inject(packet.spec());
                    releaseMore();
                } else {
                    expect(event, packet.spec(), dueUs, event.time().endUs() + offsetUs, sinceUs);
                }
            }
            case Action.Call call -> {
                finishBlocked();
                await(dueUs);
                call(event, call, offsetUs);
            }
            case Action.Command command -> {
                await(dueUs);
                command(command, index);
            }
            case Action.Code snippet -> {
                finishBlocked();
                await(dueUs);
                note("  %{ " + snippet.text().strip() + " }%");
                code.run(snippet.text());
            }
        }
        lastDueUs = dueUs;
        lastUs = event.isOutboundPacket() ? machine.nowUs() : dueUs;
    }

    // MSG_MORE holds back until something comes (Linux looks at the option of the socket then).
    private void releaseMore() {
        TcpFile file = calls.underTest();
        if (file != null && file.hasMore) {
            machine.settle();
            file.onInbound();
            machine.settle();
        }
    }

    private void await(long dueUs) {
        machine.advanceTo(dueUs, () -> false);
        if (!machine.isOpen()) {
            machine.advanceTo(dueUs, () -> false);
        }
    }

    // --- packets that the stack sends ---

    private void expect(Event event, PacketSpec spec, long dueUs, long endUs, long sinceUs) {
        boolean isAny = event.time().kind() == EventTime.Kind.ANY;
        long toleranceUs = config.toleranceUs(sinceUs);
        long limitUs = isAny ? machine.nowUs() + ANY_TIME_US : endUs + toleranceUs;
        List<LivePacket> got = packets.expect(spec, limitUs);
        for (LivePacket packet : got) {
            boolean isEarly =
                    packet.timeUs() < dueUs - toleranceUs
                            && !(dueUs - packet.timeUs() <= DELAYED_ACK_US
                                    && packets.isAckOfFin(packet));
            boolean isLate = packet.timeUs() > endUs + toleranceUs;
            if (!isAny && (isEarly || isLate)) {
                throw new ScriptFailure(
                        "the packet came at "
                                + EventTime.seconds(packet.timeUs())
                                + " s, but was expected "
                                + (dueUs == endUs
                                        ? "at " + EventTime.seconds(dueUs)
                                        : "from "
                                                + EventTime.seconds(dueUs)
                                                + " to "
                                                + EventTime.seconds(endUs))
                                + " s; tolerance "
                                + EventTime.seconds(toleranceUs)
                                + " s\n  packet: "
                                + spec);
            }
        }
    }

    // --- calls ---

    private void call(Event event, Action.Call call, long offsetUs) {
        Operation operation = calls.begin(call);
        if (call.isBlocking()) {
            long endUs =
                    call.endUs() + (event.time().kind() == EventTime.Kind.RELATIVE ? offsetUs : 0);
            Blocked begun = new Blocked(event, call, operation, endUs);
            note("  " + call + " begins");
            blocked = begun;
            retryBlocked();
            machine.settle();
            return;
        }
        @Nullable Returned[] returned = {operation.attempt()};
        if (returned[0] == null) {
            machine.settle();
            returned[0] = operation.attempt();
        }
        if (returned[0] == null) {
            machine.advanceTo(
                    machine.nowUs() + BLOCKED_US,
                    () -> {
                        if (returned[0] == null) {
                            returned[0] = operation.attempt();
                        }
                        return returned[0] != null;
                    });
        }
        Returned result = returned[0];
        if (result == null) {
            throw new ScriptFailure(call + " blocks; the script does not say so");
        }
        note("  " + call.name() + " = " + result);
        machine.settle();
        compare(call, result);
    }

    private void afterWork() {
        TcpFile file = calls.underTest();
        if (file != null) {
            file.observe();
        }
        retryBlocked();
    }

    private long written() {
        TcpFile file = calls.underTest();
        return file == null ? 0 : file.written();
    }

    private void retryBlocked() {
        Blocked pending = blocked;
        if (pending == null || pending.returned != null) {
            return;
        }
        pending.returned = pending.operation.attempt();
        if (pending.returned != null) {
            pending.returnedUs = machine.nowUs();
            note("  " + pending.call.name() + " = " + pending.returned);
        }
    }

    private void finishBlocked() {
        Blocked pending = blocked;
        if (pending == null) {
            return;
        }
        long toleranceUs = config.toleranceUs(0);
        machine.advanceTo(pending.endUs + toleranceUs, () -> pending.returned != null);
        machine.settle();
        blocked = null;
        Returned returned = pending.returned;
        String where = script.name() + ":" + pending.event.line() + ": ";
        if (returned == null) {
            throw new ScriptFailure(
                    where
                            + pending.call
                            + " did not return until "
                            + EventTime.seconds(pending.endUs)
                            + " s");
        }
        if (Math.abs(pending.returnedUs - pending.endUs) > toleranceUs) {
            throw new ScriptFailure(
                    where
                            + pending.call
                            + " returned at "
                            + EventTime.seconds(pending.returnedUs)
                            + " s, but was expected to at "
                            + EventTime.seconds(pending.endUs)
                            + " s");
        }
        try {
            compare(pending.call, returned);
        } catch (ScriptFailure e) {
            throw located(pending.event, e);
        }
    }

    private void compare(Action.Call call, Returned got) {
        if (call.result() instanceof Expr.Any) {
            return;
        }
        long expected = calls.symbols().number(call.result());
        boolean isChosen = SocketCalls.isOpening(call.name()) && expected >= 0;
        boolean isSame = isChosen ? got.value() >= 0 : got.value() == expected;
        String errno = call.errno();
        if (isSame && errno != null) {
            String gotErrno = got.errno();
            isSame = gotErrno != null && Symbols.isSameError(errno, gotErrno);
        }
        if (!isSame) {
            throw new ScriptFailure(
                    call.name()
                            + "\n  expected: "
                            + call.result()
                            + (errno == null ? "" : " " + errno)
                            + "\n       got: "
                            + got);
        }
    }

    // --- commands ---

    private void command(Action.Command command, int index) {
        note("  `" + command.text().strip() + "`");
        if (!machine.isOpen()) {
            sysctls.apply(command.text());
            return;
        }
        boolean isSetting = !Sysctls.in(command.text()).isEmpty();
        if (isSetting && Sysctls.isAlwaysPossible(command.text())) {
            sysctls.apply(command.text());
            return;
        }
        if (isSetting && prescan.hasOpeningAfter(index)) {
            config.lack("changing a setting while the stack runs");
        }
        config.note("the command `" + command.text().strip() + "` is not run");
    }

    private void note(String line) {
        trace.add(EventTime.seconds(machine.nowUs()) + " " + line);
    }

    @Override
    public void close() {
        blocked = null;
        machine.close();
    }
}
