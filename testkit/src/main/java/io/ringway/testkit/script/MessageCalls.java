package io.ringway.testkit.script;

import io.ringway.testkit.script.Operation.Returned;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * The call recvmsg with its control messages: how much is left to read (TCP_CM_INQ), and notices
 * from the error queue about what was sent with MSG_ZEROCOPY.
 */
final class MessageCalls {
    private final StreamCalls streams;
    private final Symbols symbols;

    MessageCalls(StreamCalls streams, Symbols symbols) {
        this.streams = streams;
        this.symbols = symbols;
    }

    /** The octets that a message has room for. */
    static int length(Args args, Symbols symbols) {
        return StreamCalls.vectorLength(Args.field(Args.struct(args.at(1)), "msg_iov"), symbols);
    }

    static void requireNoControl(Args args) {
        Expr control = Args.struct(args.at(1)).fields().get("msg_control");
        if (control instanceof Expr.Items(List<Expr> values) && !values.isEmpty()) {
            throw new SkipException("control messages to be sent are not supported");
        }
    }

    Operation receive(TcpFile file, Args args) {
        int flags = (int) args.number(2);
        Expr.Struct message = Args.struct(args.at(1));
        List<Expr> control =
                message.fields().get("msg_control") instanceof Expr.Items(List<Expr> values)
                        ? values
                        : List.of();
        if ((flags & StreamCalls.ERROR_QUEUE) != 0) {
            return () -> notice(file, control);
        }
        Operation read = streams.read(file, length(args, symbols), StreamCalls.receiveFlags(flags));
        return () -> {
            Returned returned = read.attempt();
            if (returned != null && returned.value() >= 0) {
                control.forEach(entry -> unread(file, entry));
            }
            return returned;
        };
    }

    private void unread(TcpFile file, Expr entry) {
        Expr.Struct struct = Args.struct(entry);
        long type = symbols.number(Args.field(struct, "cmsg_type"));
        if (type != symbols.value("TCP_CM_INQ") || file.options.get("TCP_INQ", 0) == 0) {
            throw new SkipException("the control message " + struct + " is not supported");
        }
        // At the end of the stream there is one more octet to read, which is none.
        int got = file.available() == 0 && file.isAtEnd() ? 1 : file.available();
        compare("TCP_CM_INQ", Args.field(struct, "cmsg_data"), got);
    }

    private @Nullable Returned notice(TcpFile file, List<Expr> control) {
        ZeroCopy.Notice notice = file.zeroCopy.take();
        if (notice == null) {
            return Returned.error("EAGAIN");
        }
        if (control.size() != 1) {
            throw new ScriptFailure(
                    "recvmsg: the error queue has a notice about calls "
                            + notice.first()
                            + " to "
                            + notice.last());
        }
        Expr.Struct data = Args.struct(Args.field(Args.struct(control.getFirst()), "cmsg_data"));
        compare("ee_errno", Args.field(data, "ee_errno"), 0);
        compare("ee_origin", Args.field(data, "ee_origin"), symbols.value("SO_EE_ORIGIN_ZEROCOPY"));
        compare(
                "ee_code",
                Args.field(data, "ee_code"),
                symbols.value("SO_EE_CODE_ZEROCOPY_COPIED"));
        compare("ee_info", Args.field(data, "ee_info"), notice.first());
        compare("ee_data", Args.field(data, "ee_data"), notice.last());
        return Returned.of(0);
    }

    private void compare(String name, Expr expected, long got) {
        if (!(expected instanceof Expr.Any) && symbols.number(expected) != got) {
            throw new ScriptFailure("recvmsg " + name + ": expected " + expected + ", got " + got);
        }
    }
}
