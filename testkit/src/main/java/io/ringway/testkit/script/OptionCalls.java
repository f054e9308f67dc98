package io.ringway.testkit.script;

import io.ringway.testkit.script.Operation.Returned;

import java.util.List;
import java.util.Set;

/** The calls setsockopt and getsockopt. */
final class OptionCalls {
    /** Options that change nothing in our stack. */
    private static final Set<String> WITHOUT_MEANING =
            Set.of(
                    "SO_REUSEADDR",
                    "SO_REUSEPORT",
                    "SO_DEBUG",
                    "SO_PRIORITY",
                    "SO_OOBINLINE",
                    "SO_DONTROUTE",
                    "SO_BINDTODEVICE",
                    "SO_MARK",
                    "SO_BUSY_POLL",
                    "SO_NOSIGPIPE",
                    "SO_RCVLOWAT",
                    "SO_SNDLOWAT",
                    "TCP_LOG",
                    "TCP_LOGID",
                    "IPV6_V6ONLY");

    private static final Set<String> SUPPORTED =
            Set.of(
                    "SO_RCVBUF",
                    "SO_SNDBUF",
                    "SO_KEEPALIVE",
                    "TCP_NODELAY",
                    "TCP_QUICKACK",
                    "TCP_CORK",
                    "TCP_NOPUSH",
                    "TCP_NOTSENT_LOWAT",
                    "TCP_MAXSEG",
                    "TCP_KEEPIDLE",
                    "TCP_KEEPINTVL",
                    "TCP_KEEPCNT",
                    "TCP_USER_TIMEOUT");

    private final ScriptConfig config;

    OptionCalls(ScriptConfig config) {
        this.config = config;
    }

    Operation set(TcpFile file, Args args) {
        args.count(5);
        String name = args.name(2);
        if (name.equals("SO_LINGER")) {
            Expr.Struct linger = Args.struct(args.at(3));
            file.options.set(
                    file, "SO_LINGER.time", args.symbols().number(Args.field(linger, "linger")));
            file.options.set(file, "SO_LINGER", args.symbols().number(Args.field(linger, "onoff")));
            return () -> Returned.of(0);
        }
        if (name.equals("TCP_CONGESTION") || name.equals("TCP_CCALGO")) {
            return algorithm(file, args);
        }
        if (WITHOUT_MEANING.contains(name)) {
            return () -> Returned.of(0);
        }
        if (!SUPPORTED.contains(name)) {
            throw new SkipException("the socket option " + name + " is not supported");
        }
        long value = args.symbols().number(single(args.at(3)));
        return () -> {
            file.options.set(file, name, value);
            return Returned.of(0);
        };
    }

    private static Expr single(Expr expression) {
        if (expression instanceof Expr.Items(List<Expr> values) && values.size() == 1) {
            return values.getFirst();
        }
        throw new SkipException("expected one value in brackets, found " + expression);
    }

    private Operation algorithm(TcpFile file, Args args) {
        String value =
                switch (args.at(3)) {
                    case Expr.Text text -> text.value();
                    case Expr.Items(List<Expr> values)
                            when values.size() == 1
                                    && values.getFirst() instanceof Expr.Text text ->
                            text.value();
                    default -> throw new SkipException("expected a name, found " + args.at(3));
                };
        String name = Sysctls.algorithmName(value);
        return () -> {
            var open = file.connection();
            if (open != null) {
                open.congestionControl(name);
            } else if (!file.machine.isOpen()) {
                config.tcp.congestionControl(name);
            }
            return Returned.of(0);
        };
    }

    Operation get(TcpFile file, Args args) {
        args.count(5);
        String name = args.name(2);
        return () -> {
            switch (name) {
                case "SO_ERROR" -> {
                    String error = file.takeError();
                    compare(name, args, error == null ? 0 : Symbols.errno(error));
                }
                case "SO_RCVBUF" -> compare(name, args, buffer(file, name));
                case "SO_SNDBUF" -> compare(name, args, buffer(file, name));
                default -> {
                    if (!SUPPORTED.contains(name) && !WITHOUT_MEANING.contains(name)) {
                        throw new SkipException("reading " + name + " is not supported");
                    }
                    if (name.equals("TCP_MAXSEG") && file.options.get(name, -1) < 0) {
                        throw new SkipException("reading TCP_MAXSEG is not supported");
                    }
                    compare(name, args, file.options.get(name, 0));
                }
            }
            return Returned.of(0);
        };
    }

    private long buffer(TcpFile file, String name) {
        boolean isReceive = name.equals("SO_RCVBUF");
        long set = file.options.get(name, -1);
        if (set < 0) {
            return isReceive ? config.receiveBuffer() : config.sendBuffer();
        }
        // Linux says twice what was set, for its own book-keeping (socket(7)).
        return config.isFreeBsd() ? set : Math.max(2 * set, isReceive ? 2304 : 4608);
    }

    private static void compare(String name, Args args, long got) {
        Expr expected = single(args.at(3));
        if (!(expected instanceof Expr.Any) && args.symbols().number(expected) != got) {
            throw new ScriptFailure(
                    "getsockopt " + name + ": expected " + expected + ", got " + got);
        }
    }
}
