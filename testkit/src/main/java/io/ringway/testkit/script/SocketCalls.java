package io.ringway.testkit.script;

import io.ringway.StackException;
import io.ringway.TcpConnection;
import io.ringway.tcp.ListenOptions;
import io.ringway.testkit.script.Operation.Returned;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpProtocol;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.TreeMap;

/** Maps the system calls of a script onto the stack's own interface. */
final class SocketCalls {
    private final ScriptConfig config;
    private final Machine machine;
    private final FlowTable flows;
    private final Symbols symbols;
    private final Map<Integer, ScriptFile> files = new TreeMap<>();
    private final StreamCalls streams;
    private final MessageCalls messages;
    private final FastOpenCalls fastOpens;
    private @Nullable TcpFile reused;
    private final OptionCalls options;
    private final PollCalls polls;

    SocketCalls(ScriptConfig config, Machine machine, FlowTable flows) {
        this.config = config;
        this.machine = machine;
        this.flows = flows;
        this.symbols = new Symbols(config.isFreeBsd());
        this.streams = new StreamCalls(config.isFreeBsd());
        this.fastOpens = new FastOpenCalls(config, flows, streams);
        this.messages = new MessageCalls(streams, symbols);
        this.options = new OptionCalls(config);
        this.polls = new PollCalls(symbols, this::file, machine::nowUs);
    }

    Symbols symbols() {
        return symbols;
    }

    /** Whether the call gives a descriptor, whose number is the script's to choose. */
    static boolean isOpening(String name) {
        return switch (name) {
            case "socket", "accept", "accept4", "epoll_create", "epoll_create1", "open" -> true;
            default -> false;
        };
    }

    /** Takes note of a packet to the stack, which may bring a Fast Open cookie. */
    void onInbound(PacketSpec.Tcp segment) {
        fastOpens.onInbound(segment);
    }

    /** Whether data that came with a SYN was taken. */
    boolean isSynDataTaken() {
        Flow flow = flows.current();
        return flow != null && flow.isSynDataTaken;
    }

    /** The socket of the connection under test, or null while there is none. */
    @Nullable TcpFile underTest() {
        Flow flow = flows.current();
        if (flow == null) {
            return null;
        }
        @Nullable TcpFile found = null;
        for (ScriptFile file : files.values()) {
            if (file instanceof TcpFile tcp) {
                found = tcp.remotePort() == flow.remotePort ? tcp : found;
                for (TcpFile waiting : tcp.accepted) {
                    found = waiting.remotePort() == flow.remotePort ? waiting : found;
                }
            }
        }
        return found == null && flows.currentFile() instanceof TcpFile last ? last : found;
    }

    /** Begins a call. */
    Operation begin(Action.Call call) {
        Args args = new Args(call, symbols);
        return switch (call.name()) {
            case "socket" -> socket(args, result(call));
            case "bind" -> bind(args);
            case "listen" -> listen(args);
            case "accept", "accept4" -> accept(args, result(call));
            case "connect" -> connect(args);
            case "read", "recv", "recvfrom", "readv", "recvmsg" -> receive(call.name(), args);
            case "write", "send", "sendto", "writev", "sendmsg" -> send(call.name(), args);
            case "open" -> open(result(call));
            case "sendfile" -> sendFile(args);
            case "close" -> close(args);
            case "shutdown" -> shutdown(args);
            case "fcntl" -> fcntl(args);
            case "ioctl" -> ioctl(args);
            case "setsockopt" ->
                    file(args.integer(0)) instanceof TcpFile tcp
                            ? options.set(tcp, args)
                            : () -> Returned.of(0);
            case "getsockopt" -> options.get(tcp(args), args);
            case "poll" -> polls.poll(args);
            case "epoll_create", "epoll_create1" -> epoll(result(call));
            case "epoll_ctl" -> polls.control(epollFile(args), args);
            case "epoll_wait" -> polls.await(epollFile(args), args);
            default -> throw new SkipException("the call " + call.name() + " is not supported");
        };
    }

    private int result(Action.Call call) {
        return (int) symbols.number(call.result());
    }

    ScriptFile file(int descriptor) {
        ScriptFile file = files.get(descriptor);
        if (file == null) {
            throw new ScriptFailure("there is no file descriptor " + descriptor);
        }
        return file;
    }

    private TcpFile tcp(Args args) {
        if (file(args.integer(0)) instanceof TcpFile tcp) {
            return tcp;
        }
        throw new SkipException("this call is supported for TCP sockets only");
    }

    private EpollFile epollFile(Args args) {
        if (file(args.integer(0)) instanceof EpollFile epoll) {
            return epoll;
        }
        throw new ScriptFailure("the file descriptor " + args.integer(0) + " is no epoll instance");
    }

    /** The TCP socket of a descriptor, for what is asked about it, or the only one there is. */
    ScriptFile[] all() {
        return files.values().toArray(new ScriptFile[0]);
    }

    private void add(int descriptor, ScriptFile file) {
        if (descriptor >= 0) {
            // A script may use a number again without a close, for its numbers are only names.
            files.put(descriptor, file);
        }
    }

    private Operation socket(Args args, int descriptor) {
        args.count(3);
        int type = args.integer(1);
        int protocol = args.integer(2);
        boolean isNonBlocking = (type & 0x800) != 0;
        boolean isTcp = (type & 0xff) == 1 && (protocol == IpProtocol.TCP || protocol == 0);
        boolean isUdp = (type & 0xff) == 2 && (protocol == IpProtocol.UDP || protocol == 0);
        if (!isTcp && !isUdp) {
            throw new SkipException(
                    "sockets other than TCP's and UDP's are not supported: " + args);
        }
        return () -> {
            ScriptFile file =
                    isTcp ? new TcpFile(machine, new OptionValues(config)) : new UdpFile(machine);
            file.isNonBlocking = isNonBlocking;
            add(descriptor, file);
            flows.onSocket(isTcp ? IpProtocol.TCP : IpProtocol.UDP, file);
            return Returned.of(descriptor);
        };
    }

    private Operation bind(Args args) {
        args.count(3);
        ScriptFile file = file(args.integer(0));
        return () -> {
            if (file instanceof TcpFile tcp) {
                if (tcp.state != TcpFile.State.NEW) {
                    return Returned.error("EINVAL");
                }
                tcp.localPort = config.bindPort();
                flows.onBind(tcp, config.bindPort());
                tcp.state = TcpFile.State.BOUND;
            } else if (file instanceof UdpFile udp) {
                udp.bind(config.bindPort());
                flows.onBind(udp, config.bindPort());
            }
            return Returned.of(0);
        };
    }

    private Operation listen(Args args) {
        args.count(2);
        TcpFile file = tcp(args);
        int backlog = Math.max(1, args.integer(1));
        return () -> {
            if (file.state == TcpFile.State.LISTENING) {
                return Returned.of(0);
            }
            if (file.state != TcpFile.State.BOUND) {
                return Returned.error("EINVAL");
            }
            try {
                file.listener =
                        machine.stack()
                                .listen(
                                        new Endpoint(IpAddress.ANY_IPV6, file.localPort),
                                        new TcpFile.Acceptor(file),
                                        listenOptions(file, backlog));
            } catch (StackException e) {
                return Returned.error("EADDRINUSE");
            }
            file.state = TcpFile.State.LISTENING;
            flows.onListen(file);
            return Returned.of(0);
        };
    }

    private ListenOptions listenOptions(TcpFile file, int backlog) {
        boolean isOn = config.isFastOpenForAll || config.hasFastOpenListener;
        long asked = file.options.get("TCP_FASTOPEN", isOn ? backlog : 0);
        if (!config.isFastOpenServer) {
            asked = 0;
        }
        return new ListenOptions(backlog, 0)
                .withFastOpen(Math.clamp(asked, 0, 1024))
                .withDeferredAccept(file.deferNs)
                .withConnections(file.options.atOnce());
    }

    private Operation accept(Args args, int descriptor) {
        TcpFile file = tcp(args);
        return () -> {
            if (file.state != TcpFile.State.LISTENING) {
                return Returned.error("EINVAL");
            }
            TcpFile child = file.accepted.poll();
            if (child == null) {
                return file.isNonBlocking ? Returned.error("EAGAIN") : null;
            }
            // FreeBSD's accept keeps the listener's mode, Linux's does not (accept(2)).
            child.isNonBlocking = config.isFreeBsd() && file.isNonBlocking;
            add(descriptor, child);
            return Returned.of(descriptor);
        };
    }

    private Operation connect(Args args) {
        args.count(3);
        ScriptFile file = file(args.integer(0));
        if (file instanceof UdpFile udp) {
            return () -> {
                flows.onConnect(udp, config.connectPort());
                udp.connect(machine.remote());
                return Returned.of(0);
            };
        }
        TcpFile tcp = tcp(args);
        if (args.at(1) instanceof Expr.Name(String family) && family.equals("AF_UNSPEC")) {
            return () -> {
                tcp.disconnect();
                machine.settle();
                // The reset may have been told of meanwhile.
                tcp.disconnect();
                reused = tcp;
                return Returned.of(0);
            };
        }
        boolean[] isBegun = {false};
        return () -> {
            if (tcp.equals(reused)) {
                flows.onReuse(tcp);
                reused = null;
            }
            if (fastOpens.isAsked(tcp)) {
                return fastOpens.connect(tcp);
            }
            switch (tcp.state) {
                case NEW, BOUND -> {
                    flows.onConnect(tcp, config.connectPort());
                    tcp.connect();
                    isBegun[0] = true;
                    if (tcp.state == TcpFile.State.CONNECTING) {
                        return tcp.isNonBlocking ? Returned.error("EINPROGRESS") : null;
                    }
                }
                case CONNECTING -> {
                    if (!isBegun[0] || tcp.isNonBlocking) {
                        return Returned.error("EALREADY");
                    }
                    return null;
                }
                case CONNECTED -> {
                    boolean isFirst = !tcp.isConnectTold && (isBegun[0] || !config.isFreeBsd());
                    tcp.isConnectTold = true;
                    return isFirst ? Returned.of(0) : Returned.error("EISCONN");
                }
                case LISTENING -> {
                    return Returned.error(config.isFreeBsd() ? "EOPNOTSUPP" : "EISCONN");
                }
                case OVER -> {
                    // Told below.
                }
            }
            String error = tcp.takeError();
            return Returned.error(error == null ? "ECONNABORTED" : error);
        };
    }

    private static boolean isFault(String name, Args args) {
        boolean isPlain = !name.equals("readv") && !name.equals("writev") && !name.endsWith("msg");
        return isPlain && args.isNull(1) && args.length(2) > 0;
    }

    private Operation receive(String name, Args args) {
        ScriptFile file = file(args.integer(0));
        if (isFault(name, args) && file instanceof TcpFile tcp && tcp.available() > 0) {
            return () -> Returned.error("EFAULT");
        }
        return switch (name) {
            case "read" -> streams.read(file, plainLength(args), 0);
            case "readv" -> streams.read(file, vectorLength(args), 0);
            case "recvmsg" -> {
                yield file instanceof TcpFile tcp
                        ? messages.receive(tcp, args)
                        : streams.read(
                                file,
                                MessageCalls.length(args, symbols),
                                StreamCalls.receiveFlags(args.number(2)));
            }
            default -> {
                args.buffer(1);
                int flags = StreamCalls.receiveFlags(args.number(3));
                yield streams.read(file, args.length(2), flags);
            }
        };
    }

    private Operation send(String name, Args args) {
        ScriptFile file = file(args.integer(0));
        if (isFault(name, args)) {
            return () -> Returned.error("EFAULT");
        }
        return switch (name) {
            case "write" -> write(file, plainLength(args), 0);
            case "writev" -> write(file, vectorLength(args), 0);
            case "sendmsg" -> {
                MessageCalls.requireNoControl(args);
                int flags = StreamCalls.sendFlags(args.number(2));
                yield write(file, MessageCalls.length(args, symbols), flags);
            }
            default -> {
                args.buffer(1);
                int flags = StreamCalls.sendFlags(args.number(3));
                if (file instanceof UdpFile udp) {
                    flows.onConnect(udp, config.connectPort());
                }
                if ((flags & StreamCalls.END_OF_RECORD) != 0) {
                    config.lack("MSG_EOR");
                }
                yield write(file, args.length(2), flags);
            }
        };
    }

    private Operation write(ScriptFile file, int length, int flags) {
        boolean isOpening =
                file instanceof TcpFile tcp
                        && (fastOpens.isOpening(tcp, flags) || fastOpens.isWaiting(tcp));
        return isOpening
                ? fastOpens.send((TcpFile) file, length, flags)
                : streams.write(file, length, flags);
    }

    // What is in a file does not matter: the octets of a stream follow from their numbers.
    private Operation open(int descriptor) {
        return () -> {
            add(descriptor, new PlainFile());
            return Returned.of(descriptor);
        };
    }

    private Operation sendFile(Args args) {
        args.count(4);
        if (!(file(args.integer(1)) instanceof PlainFile)) {
            throw new SkipException("sendfile is supported from files only");
        }
        return streams.write(file(args.integer(0)), args.length(3), 0);
    }

    private static int plainLength(Args args) {
        args.count(3);
        args.buffer(1);
        return args.length(2);
    }

    private int vectorLength(Args args) {
        args.count(3);
        return StreamCalls.vectorLength(args.at(1), symbols);
    }

    private Operation close(Args args) {
        args.count(1);
        int descriptor = args.integer(0);
        file(descriptor);
        return () -> {
            ScriptFile file = file(descriptor);
            file.close();
            files.remove(descriptor);
            for (ScriptFile other : all()) {
                if (other instanceof EpollFile epoll) {
                    epoll.forget(descriptor);
                }
            }
            return Returned.of(0);
        };
    }

    private Operation shutdown(Args args) {
        args.count(2);
        TcpFile file = tcp(args);
        int how = args.integer(1);
        return () -> {
            TcpConnection open = file.connection();
            if (open == null) {
                return Returned.error("ENOTCONN");
            }
            file.isReadShut |= how != 1;
            if (how != 0 && !file.isWriteShut) {
                file.isWriteShut = true;
                open.shutdownOutput();
            }
            return Returned.of(0);
        };
    }

    private Operation fcntl(Args args) {
        ScriptFile file = file(args.integer(0));
        String command = args.name(1);
        if (command.equals("F_GETFL")) {
            return () -> Returned.of(2 | (file.isNonBlocking ? symbols.nonBlocking() : 0));
        }
        if (!command.equals("F_SETFL")) {
            throw new SkipException("fcntl " + command + " is not supported");
        }
        long flags = args.number(2);
        return () -> {
            file.isNonBlocking = (flags & symbols.nonBlocking()) != 0;
            return Returned.of(0);
        };
    }

    private Operation ioctl(Args args) {
        args.count(3);
        TcpFile file = tcp(args);
        String request = args.name(1);
        return () -> {
            long got =
                    switch (request) {
                        case "FIONREAD", "SIOCINQ" -> file.available();
                        case "SIOCOUTQ", "TIOCOUTQ", "FIONWRITE" -> file.outstanding(false);
                        case "SIOCOUTQNSD" -> file.outstanding(true);
                        default ->
                                throw new SkipException("ioctl " + request + " is not supported");
                    };
            Expr wanted = args.items(2).getFirst();
            if (!(wanted instanceof Expr.Any) && symbols.number(wanted) != got) {
                throw new ScriptFailure(request + ": expected " + wanted + ", got " + got);
            }
            return Returned.of(0);
        };
    }

    private Operation epoll(int descriptor) {
        return () -> {
            add(descriptor, new EpollFile());
            return Returned.of(descriptor);
        };
    }

    /** Closes what the script has left open. */
    void closeAll() {
        files.values().forEach(ScriptFile::close);
        files.clear();
    }
}
