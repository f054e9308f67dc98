package io.ringway.udp;

import org.jspecify.annotations.Nullable;

/** The sockets with news, first in, first out, each of them once. The lane only. */
final class UdpNews {
    private @Nullable UdpBinding first;
    private @Nullable UdpBinding last;
    private int count;

    int count() {
        return count;
    }

    /** Appends a socket that is not there yet. */
    void add(UdpBinding binding) {
        if (binding.isNoted) {
            return;
        }
        binding.isNoted = true;
        binding.nextNoted = null;
        if (last == null) {
            first = binding;
        } else {
            last.nextNoted = binding;
        }
        last = binding;
        count++;
    }

    /** Takes out the first one, or returns null. */
    @Nullable UdpBinding remove() {
        UdpBinding binding = first;
        if (binding != null) {
            first = binding.nextNoted;
            last = first == null ? null : last;
            binding.nextNoted = null;
            binding.isNoted = false;
            count--;
        }
        return binding;
    }
}
