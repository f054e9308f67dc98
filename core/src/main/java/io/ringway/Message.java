package io.ringway;

/**
 * What is asked of a lane by whoever is not on it. The lane runs messages in the order in which
 * they were put into its {@link Mailbox}, a bounded number in each duty cycle, before it looks at
 * frames; what they bring about (segments, ACKs, wake-ups) is rolled up at the end of the cycle.
 */
sealed interface Message permits Message.Task, Message.Forward, SocketVerb, UdpVerb {
    /** Does what is asked. Only the lane that it was sent to. */
    void run(Lane lane);

    /** It will not be run, since the lane is closed. Any thread. */
    default void refuse() {}

    /** Who failed when {@link #run} throws, for the log. */
    default Object subject() {
        return this;
    }

    /** Sends a message from one lane to another, for which a lane never waits. */
    static void pass(Lane from, Lane to, Message message) {
        if (to.isClosed()) {
            message.refuse();
        } else if (!to.offer(message)) {
            from.putOwn(new Forward(to, message));
        }
    }

    /** Anything that an application wants to be done there ({@link Lane#execute}). */
    record Task(Runnable task) implements Message {
        @Override
        public void run(Lane lane) {
            task.run();
        }

        @Override
        public Object subject() {
            return task;
        }
    }

    /** A lane's message to another one whose mailbox is full: it tries again in each cycle. */
    record Forward(Lane to, Message message) implements Message {
        @Override
        public void run(Lane lane) {
            pass(lane, to, message);
        }

        @Override
        public void refuse() {
            message.refuse();
        }
    }
}
