package io.ringway.testkit.script;

import io.ringway.tcp.TcpConfig;
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
                    "SO_SNDLOWAT",
                    "SO_ZEROCOPY",
                    "SO_RCVTIMEO",
                    "SO_SNDTIMEO",
                    "SO_INCOMING_CPU",
                    "SO_TXREHASH",
                    "IP_RECVERR",
                    "IPV6_RECVERR",
                    "IP_FREEBIND",
                    "IP_MTU_DISCOVER",
                    "IPV6_MTU_DISCOVER",
                    "TCP_INQ",
                    "TCP_DEFER_ACCEPT",
                    "TCP_SYNCNT",
                    "TCP_THIN_DUPACK",
                    "TCP_LOG",
                    "TCP_LOGID",
                    "IPV6_V6ONLY");

    /** Options that our stack does not have, though a script may do well without. */
    private static final Set<String> WANTING = Set.of("IP_TTL", "IPV6_UNICAST_HOPS", "TCP_NOOPT");

    private static final Set<String> SUPPORTED =
            Set.of(
                    "SO_RCVBUF",
                    "SO_SNDBUF",
                    "SO_KEEPALIVE",
                    "SO_RCVLOWAT",
                    "TCP_CORK",
                    "TCP_NOPUSH",
                    "TCP_QUICKACK",
                    "TCP_NOTSENT_LOWAT",
                    "TCP_LINGER2",
                    "TCP_FASTOPEN",
                    "TCP_FASTOPEN_CONNECT",
                    "TCP_NODELAY",
                    "TCP_MAXSEG",
                    "IP_TOS",
                    "IPV6_TCLASS",
                    "TCP_KEEPINIT",
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
        if (name.equals("TCP_DEFER_ACCEPT")) {
            long seconds = args.symbols().number(single(args.at(3)));
            file.deferNs = Math.max(0, seconds) * 1_000_000_000L;
            return () -> Returned.of(0);
        }
        if (name.equals("TCP_FASTOPEN_KEY")) {
            config.lack("TCP_FASTOPEN_KEY");
            boolean isKey = args.integer(4) == 16 || args.integer(4) == 32;
            return () -> isKey ? Returned.of(0) : Returned.error("EINVAL");
        }
        if (WANTING.contains(name)) {
            config.lack(name);
            return () -> Returned.of(0);
        }
        if (name.equals("TCP_SYNCNT")) {
            if (file.machine.isOpen()) {
                config.lack("TCP_SYNCNT of one connection");
            } else {
                config.tcp.synRetries(args.symbols().integer(single(args.at(3))));
            }
        }
        if (WITHOUT_MEANING.contains(name)) {
            if (!(args.at(3) instanceof Expr.Struct) && !(args.at(3) instanceof Expr.Text)) {
                file.options.keep(name, args.symbols().number(single(args.at(3))));
            }
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
                case "SO_LINGER" -> linger(file, args);
                case "SO_ACCEPTCONN" ->
                        compare(name, args, file.state == TcpFile.State.LISTENING ? 1 : 0);
                case "SO_TYPE" -> compare(name, args, 1);
                case "SO_PROTOCOL" -> compare(name, args, 6);
                case "TCP_CONGESTION", "TCP_CCALGO" -> algorithmIs(file, args);
                case "SO_RCVBUF" -> compare(name, args, buffer(file, name));
                case "SO_SNDBUF" -> compare(name, args, buffer(file, name));
                default -> {
                    if (!SUPPORTED.contains(name) && !WITHOUT_MEANING.contains(name)) {
                        throw new SkipException("reading " + name + " is not supported");
                    }
                    var open = file.connection();
                    if (name.equals("TCP_MAXSEG") && open != null) {
                        compare(name, args, open.info().windows().sendMss());
                        return Returned.of(0);
                    }
                    if (name.equals("TCP_MAXSEG") && file.options.get(name, -1) < 0) {
                        throw new SkipException("reading TCP_MAXSEG here is not supported");
                    }
                    compare(name, args, file.options.get(name, unset(name)));
                }
            }
            return Returned.of(0);
        };
    }

    private long unset(String name) {
        TcpConfig tcp = config.tcp.build();
        long ns =
                switch (name) {
                    case "TCP_KEEPINIT" -> config.keepInitNs;
                    case "TCP_KEEPIDLE" -> tcp.keepAliveIdleNs();
                    case "TCP_KEEPINTVL" -> tcp.keepAliveIntervalNs();
                    default -> 0;
                };
        return name.equals("TCP_KEEPCNT") ? tcp.keepAliveProbes() : ns / 1_000_000_000L;
    }

    private static void linger(TcpFile file, Args args) {
        Expr.Struct expected = Args.struct(args.at(3));
        for (String field : new String[] {"onoff", "linger"}) {
            String kept = field.equals("onoff") ? "SO_LINGER" : "SO_LINGER.time";
            long got = file.options.get(kept, 0);
            Expr wanted = Args.field(expected, field);
            if (!(wanted instanceof Expr.Any) && args.symbols().number(wanted) != got) {
                throw new ScriptFailure(
                        "getsockopt SO_LINGER: expected "
                                + expected
                                + ", got "
                                + field
                                + "="
                                + got);
            }
        }
    }

    private void algorithmIs(TcpFile file, Args args) {
        if (!(args.at(3) instanceof Expr.Text(String expected, boolean _))) {
            return;
        }
        var open = file.connection();
        String got = open == null ? Sysctls.algorithmName(expected) : open.congestionControl();
        if (!Sysctls.algorithmName(expected).equals(got)) {
            throw new ScriptFailure(
                    "getsockopt TCP_CONGESTION: expected " + expected + ", got " + got);
        }
    }

    private long buffer(TcpFile file, String name) {
        boolean isReceive = name.equals("SO_RCVBUF");
        long set = isReceive ? file.receiveSpace() : file.options.get(name, -1);
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
