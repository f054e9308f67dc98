package io.ringway.testkit.script;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** What an event of a script is. */
sealed interface Action {
    /** A packet that the stack receives ({@code isInbound}) or must send. */
    record Packet(boolean isInbound, PacketSpec spec) implements Action {}

    /**
     * A system call.
     *
     * @param endUs when a call that blocks returns, in the event's kind of time; -1 when it does
     *     not block
     * @param errno the error's name, or null
     */
    record Call(String name, List<Expr> arguments, Expr result, @Nullable String errno, long endUs)
            implements Action {
        boolean isBlocking() {
            return endUs >= 0;
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder(name).append('(');
            for (int i = 0; i < arguments.size(); i++) {
                text.append(i == 0 ? "" : ", ").append(arguments.get(i));
            }
            text.append(") = ").append(result);
            return errno == null ? text.toString() : text.append(' ').append(errno).toString();
        }
    }

    /** A command for the shell. */
    record Command(String text) implements Action {}

    /** A snippet of Python about TCP_INFO. */
    record Code(String text) implements Action {}
}
