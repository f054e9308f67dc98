package io.ringway.port;

import io.ringway.memory.FrameBatch;

/** A port queue whose frames a {@link FrameTap} looks at in both directions. */
final class TapQueue extends PortQueueDecorator {
    private final FrameTap tap;
    private final FrameBatch one = new FrameBatch(1);

    TapQueue(PortQueue queue, FrameTap tap) {
        super(queue);
        this.tap = tap;
    }

    @Override
    public int receive(FrameBatch into, long nowNs) {
        tap.onTime(nowNs);
        int before = into.count();
        int received = queue.receive(into, nowNs);
        for (int i = before; i < before + received; i++) {
            tap.observe(into.get(i), false, nowNs);
            tap.keep();
        }
        return received;
    }

    @Override
    public int transmit(FrameBatch from, long nowNs) {
        int count = from.count();
        int sent = 0;
        while (sent < count && transmitOne(from.get(sent), nowNs)) {
            sent++;
        }
        from.removeFirst(sent);
        return sent;
    }

    private boolean transmitOne(int frame, long nowNs) {
        tap.observe(frame, true, nowNs);
        one.clear();
        one.add(frame);
        if (queue.transmit(one, nowNs) == 0) {
            tap.forget();
            return false;
        }
        tap.keep();
        return true;
    }

    @Override
    public void close() {
        tap.close();
        queue.close();
    }
}
