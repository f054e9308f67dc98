package io.ringway.testkit.script;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An epoll instance: what it watches, and what it has told already of edges. */
final class EpollFile extends ScriptFile {
    static final int IN = 1;
    static final int OUT = 4;
    static final int ERROR = 8;
    static final int HANG_UP = 16;
    static final long EDGE = 0x8000_0000L;
    static final long ONE_SHOT = 0x4000_0000L;

    private static final long MASK = 0xffff;

    private final Map<Integer, Watch> watches = new LinkedHashMap<>();

    /** One file that is watched. */
    private static final class Watch {
        final ScriptFile file;
        final Expr data;
        long events;
        int toldRead;
        int toldWrite;
        int toldError;
        boolean isTold;

        Watch(ScriptFile file, long events, Expr data) {
            this.file = file;
            this.events = events;
            this.data = data;
        }

        /** What there is to tell, which is then told. */
        long take() {
            if (events == 0) {
                // One shot was all that was asked for; then not even errors are told.
                return 0;
            }
            long ready = file.events() & (events | ERROR | HANG_UP) & MASK;
            boolean isEdge = (events & EDGE) != 0;
            boolean isNew =
                    !isTold
                            || ((ready & ERROR) != 0 && toldError != file.errorEdges)
                            || ((ready & IN) != 0 && toldRead != file.readEdges)
                            || ((ready & OUT) != 0 && toldWrite != file.writeEdges);
            if (ready == 0 || (isEdge && !isNew)) {
                return 0;
            }
            isTold = true;
            toldRead = file.readEdges;
            toldWrite = file.writeEdges;
            toldError = file.errorEdges;
            if ((events & ONE_SHOT) != 0) {
                events = 0;
            }
            return ready;
        }
    }

    /** An event that is ready, with what the script keeps with the file. */
    record Ready(long events, Expr data) {}

    /** Watches a file, anew when it is watched already. */
    void watch(int descriptor, ScriptFile file, long events, Expr data) {
        watches.put(descriptor, new Watch(file, events, data));
    }

    boolean isWatched(int descriptor) {
        return watches.containsKey(descriptor);
    }

    void forget(int descriptor) {
        watches.remove(descriptor);
    }

    /** What is ready, at most {@code most} of it. */
    List<Ready> take(int most) {
        List<Ready> ready = new ArrayList<>();
        for (Watch watch : watches.values()) {
            if (ready.size() < most) {
                long events = watch.take();
                if (events != 0) {
                    ready.add(new Ready(events, watch.data));
                }
            }
        }
        return ready;
    }

    @Override
    int events() {
        return 0;
    }

    @Override
    void close() {
        watches.clear();
    }
}
