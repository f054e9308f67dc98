package io.ringway.testkit.script;

import io.ringway.testkit.script.Operation.Returned;

import java.util.List;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;

/** The calls that wait for several files: poll and epoll. */
final class PollCalls {
    private static final int ALWAYS = EpollFile.ERROR | EpollFile.HANG_UP | 32;

    private final Symbols symbols;
    private final IntFunction<ScriptFile> files;
    private final LongSupplier nowUs;

    /**
     * The calls.
     *
     * @param files finds a file by its descriptor
     */
    PollCalls(Symbols symbols, IntFunction<ScriptFile> files, LongSupplier nowUs) {
        this.symbols = symbols;
        this.files = files;
        this.nowUs = nowUs;
    }

    /** {@code poll([{fd=…, events=…, revents=…}], count, milliseconds)}. */
    Operation poll(Args args) {
        args.count(3);
        List<Expr> polled = args.items(0);
        long endUs = end(args.integer(2));
        return () -> {
            int ready = 0;
            for (Expr entry : polled) {
                ready += returned(entry) != 0 ? 1 : 0;
            }
            if (ready == 0 && nowUs.getAsLong() < endUs) {
                return null;
            }
            polled.forEach(this::compare);
            return Returned.of(ready);
        };
    }

    private long end(int milliseconds) {
        return milliseconds < 0 ? Long.MAX_VALUE : nowUs.getAsLong() + milliseconds * 1000L;
    }

    private long returned(Expr entry) {
        Expr.Struct struct = Args.struct(entry);
        long asked = symbols.number(Args.field(struct, "events"));
        int descriptor = (int) symbols.number(Args.field(struct, "fd"));
        return descriptor < 0 ? 0 : files.apply(descriptor).events() & (asked | ALWAYS);
    }

    private void compare(Expr entry) {
        Expr expected = Args.struct(entry).fields().get("revents");
        long got = returned(entry);
        if (expected instanceof Expr.Any) {
            return;
        }
        if ((expected == null ? 0 : symbols.number(expected)) != got) {
            throw new ScriptFailure(
                    "poll: expected revents "
                            + (expected == null ? "0" : expected)
                            + ", got 0x"
                            + Long.toHexString(got));
        }
    }

    /** {@code epoll_ctl(epoll, what, fd, {events=…, fd=…})}. */
    Operation control(EpollFile epoll, Args args) {
        args.count(4);
        int what = args.integer(1);
        int descriptor = args.integer(2);
        return () -> {
            if (what == 2) {
                epoll.forget(descriptor);
                return Returned.of(0);
            }
            Expr.Struct struct = Args.struct(args.at(3));
            epoll.watch(
                    descriptor,
                    files.apply(descriptor),
                    symbols.number(Args.field(struct, "events")),
                    data(struct));
            return Returned.of(0);
        };
    }

    private static Expr data(Expr.Struct struct) {
        for (String name : new String[] {"fd", "ptr", "u32", "u64"}) {
            Expr value = struct.fields().get(name);
            if (value != null) {
                return value;
            }
        }
        return new Expr.Num(0);
    }

    /** {@code epoll_wait(epoll, {events=…, fd=…}, count, milliseconds)}. */
    Operation await(EpollFile epoll, Args args) {
        args.count(4);
        int most = args.integer(2);
        long endUs = end(args.integer(3));
        return () -> {
            List<EpollFile.Ready> ready = epoll.take(most);
            if (ready.isEmpty()) {
                return nowUs.getAsLong() < endUs ? null : Returned.of(0);
            }
            compare(args.at(1), ready.getFirst());
            return Returned.of(ready.size());
        };
    }

    private void compare(Expr entry, EpollFile.Ready ready) {
        if (entry instanceof Expr.Any) {
            return;
        }
        Expr.Struct struct = Args.struct(entry);
        long expected = symbols.number(Args.field(struct, "events"));
        if (expected != ready.events()
                || symbols.number(data(struct)) != symbols.number(ready.data())) {
            throw new ScriptFailure(
                    "epoll_wait: expected "
                            + struct
                            + ", got events 0x"
                            + Long.toHexString(ready.events())
                            + " of "
                            + ready.data());
        }
    }
}
