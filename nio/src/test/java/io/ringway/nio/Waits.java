package io.ringway.nio;

import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Threads of tests: started, waited for, found waiting. */
final class Waits {
    private Waits() {}

    /** Whether the thread waits in a channel, and not for a class on the way there. */
    static boolean isWaiting(Thread thread) {
        StackTraceElement[] frames = thread.getStackTrace();
        if (frames.length == 0) {
            return false;
        }
        Thread.State state = thread.getState();
        if (state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING) {
            return Arrays.stream(frames)
                    .noneMatch(frame -> frame.getClassName().contains("ClassLoader"));
        }
        // The platform's channels wait in a system call, which looks like running.
        return frames[0].isNativeMethod() && frames[0].getClassName().startsWith("sun.nio.ch.");
    }

    /** A task on a thread of its own. */
    static final class Running<T> {
        private final FutureTask<T> task;
        private final Thread thread;

        private Running(FutureTask<T> task, Thread thread) {
            this.task = task;
            this.thread = thread;
        }

        T get() throws Exception {
            try {
                return task.get(30, TimeUnit.SECONDS);
            } catch (java.util.concurrent.ExecutionException failure) {
                if (failure.getCause() instanceof Exception thrown) {
                    throw thrown;
                }
                throw failure;
            }
        }

        void interrupt() {
            thread.interrupt();
        }

        boolean isDone() {
            return task.isDone();
        }

        /** Returns when the thread waits for something. */
        Running<T> awaitWaiting() {
            while (!task.isDone() && !isWaiting(thread)) {
                Thread.onSpinWait();
            }
            return this;
        }
    }

    static <T> Running<T> start(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        return new Running<>(task, Thread.ofPlatform().daemon().start(task));
    }

    static <T> Running<T> startVirtual(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        return new Running<>(task, Thread.ofVirtual().start(task));
    }
}
