package io.ringway.linux.reach;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/** What a lane must not do, in all disguises: {@link LaneNeverWaitsTest} has to find each. */
final class Fixture {
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(int[].class);

    private final int[] slots = new int[1];
    private final AtomicInteger atomic = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final Step step;

    interface Step {
        int run();
    }

    static final class Waiting implements Step {
        @Override
        public synchronized int run() {
            return 1;
        }
    }

    static class Parent {
        int run() {
            return 0;
        }
    }

    static final class Child extends Parent {
        @Override
        @SuppressWarnings("StaticGuardedByInstance")
        int run() {
            synchronized (this) {
                return 1;
            }
        }
    }

    Fixture(Step step) {
        this.step = step;
    }

    static Fixture withLambda(AtomicInteger counter) {
        return new Fixture(counter::incrementAndGet);
    }

    int harmless() {
        int sum = 0;
        for (int slot : slots) {
            sum += Math.abs(slot);
        }
        return sum + (int) SLOT.getAcquire(slots, 0);
    }

    int byInterface() {
        return step.run();
    }

    int bySubclass(Parent parent) {
        return parent.run();
    }

    boolean byHandle() {
        return SLOT.compareAndSet(slots, 0, 1, 2);
    }

    void byLambda() {
        Runnable made = () -> atomic.set(1);
        made.run();
    }

    void byLock() {
        lock.lock();
        try {
            harmless();
        } finally {
            lock.unlock();
        }
    }

    int deeper() {
        byLock();
        return harmless();
    }
}
