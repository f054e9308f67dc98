package io.ringway.linux;

import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.port.PortException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Copies of the neighbours' answers that go to the kernel: where we share an address with it, a
 * neighbour that we asked answers to both, and a frame can only go to one by XDP. A packet socket
 * sees them a moment later.
 *
 * <p>The lane of the first queue.
 */
final class XdpNeighbours implements AutoCloseable {
    private static final int AF_PACKET = 17;
    private static final int SOCK_RAW = 3;
    private static final int SOL_SOCKET = 1;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int SOL_PACKET = 263;
    private static final int PACKET_IGNORE_OUTGOING = 23;
    private static final int ETH_P_ALL_IN_NETWORK_ORDER = 0x0300;
    private static final int ROOM = FramePool.SMALL_SLOT - FramePool.RECEIVE_START;

    // Classic BPF: ARP that answers (operation 2), and ICMPv6 advertisements (type 136). An
    // instruction is code, jump when true, jump when false, number.
    private static final long[] FILTER = {
        instruction(0x28, 0, 0, 12),
        instruction(0x15, 0, 2, 0x0806),
        instruction(0x28, 0, 0, 20),
        instruction(0x15, 5, 6, 2),
        instruction(0x15, 0, 5, 0x86dd),
        instruction(0x30, 0, 0, 20),
        instruction(0x15, 0, 3, 58),
        instruction(0x30, 0, 0, 54),
        instruction(0x15, 0, 1, 136),
        instruction(0x06, 0, 0, 0xffff),
        instruction(0x06, 0, 0, 0)
    };

    private final Arena arena = Arena.ofShared();
    private final MemorySegment state = Libc.newState(arena);
    private final int socket;

    /** In the calling thread's network namespace. */
    XdpNeighbours(int interfaceIndex) {
        socket = Libc.socket(AF_PACKET, SOCK_RAW | Libc.O_NONBLOCK | Libc.O_CLOEXEC, 0);
        int result = socket < 0 ? socket : listen(interfaceIndex);
        if (result < 0) {
            close();
            throw new PortException(
                    "cannot listen to neighbours with a packet socket ("
                            + Errno.describe(-result)
                            + "): it takes CAP_NET_RAW, so run as root");
        }
    }

    private static long instruction(int code, int whenTrue, int whenFalse, long number) {
        return code | (long) whenTrue << 16 | (long) whenFalse << 24 | number << 32;
    }

    private int listen(int interfaceIndex) {
        // struct sock_fprog: how many instructions (short), where they are (pointer).
        MemorySegment program = arena.allocate(16, 8);
        Octets.putNative16(program, 0, FILTER.length);
        Octets.putNative64(program, 8, arena.allocateFrom(ValueLayout.JAVA_LONG, FILTER).address());
        int result = Libc.setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, program);
        if (result < 0) {
            return result;
        }
        Libc.setsockopt(socket, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
        // struct sockaddr_ll: family and protocol (short), index (int), and what bind ignores.
        MemorySegment address = arena.allocate(20, 4);
        Octets.putNative16(address, 0, AF_PACKET);
        Octets.putNative16(address, 2, ETH_P_ALL_IN_NETWORK_ORDER);
        Octets.putNative32(address, 4, interfaceIndex);
        return Libc.bind(socket, address);
    }

    int descriptor() {
        return socket;
    }

    /** Appends what has come to {@code into}. */
    void receive(FramePool pool, FrameBatch into, long nowNs) {
        while (into.room() > 0 && pool.freeSmallCount() > 0) {
            int frame = pool.allocate();
            long at = pool.slot(frame) + FramePool.RECEIVE_START;
            long length = Libc.read(state, socket, pool.memory().address() + at, ROOM);
            if (length <= 0) {
                pool.release(frame);
                return;
            }
            pool.range(frame, FramePool.RECEIVE_START, (int) length);
            pool.stamp(frame, nowNs);
            into.add(frame);
        }
    }

    @Override
    public void close() {
        if (socket >= 0) {
            Libc.close(socket);
        }
        arena.close();
    }
}
