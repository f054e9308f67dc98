package io.ringway.wire;

import io.ringway.memory.Octets;

import java.lang.foreign.MemorySegment;

/**
 * Says a TCP segment in tcpdump's words; sequence numbers are the real ones, as with {@code tcpdump
 * -S}.
 */
final class TcpPrinter {
    private static final String FLAGS = "FSRP.UEW";

    private final TcpHeader header = new TcpHeader();

    void print(
            StringBuilder out,
            String source,
            String destination,
            MemorySegment memory,
            long offset,
            int length) {
        if (length < TcpHeader.MIN_LENGTH) {
            out.append(source).append(" > ").append(destination).append(": [|tcp], length ");
            out.append(length);
            return;
        }
        header.wrap(memory, offset);
        out.append(source).append('.').append(header.sourcePort()).append(" > ");
        out.append(destination).append('.').append(header.destinationPort());
        out.append(": Flags [");
        flags(out, header.flags());
        out.append(']');
        if (!header.isValid(length)) {
            out.append(", bad hdr length ").append(header.dataOffset());
            out.append(", length ").append(length);
            return;
        }
        int data = length - header.dataOffset();
        numbers(out, data);
        int optionsLength = header.dataOffset() - TcpHeader.MIN_LENGTH;
        if (optionsLength > 0) {
            out.append(", options [");
            options(out, memory, offset + TcpHeader.MIN_LENGTH, optionsLength);
            out.append(']');
        }
        out.append(", length ").append(data);
    }

    /** The letters for the flags, or "none". */
    static void flags(StringBuilder out, int flags) {
        if (flags == 0) {
            out.append("none");
        }
        for (int i = 0; i < FLAGS.length(); i++) {
            if ((flags >>> i & 1) != 0) {
                out.append(FLAGS.charAt(i));
            }
        }
    }

    private void numbers(StringBuilder out, int data) {
        int flags = header.flags();
        if (data > 0 || (flags & (TcpHeader.SYN | TcpHeader.FIN | TcpHeader.RST)) != 0) {
            out.append(", seq ").append(Integer.toUnsignedString(header.sequence()));
            if (data > 0) {
                out.append(':').append(Integer.toUnsignedString(header.sequence() + data));
            }
        }
        if ((flags & TcpHeader.ACK) != 0) {
            out.append(", ack ").append(Integer.toUnsignedString(header.acknowledgment()));
        }
        out.append(", win ").append(header.window());
        if ((flags & TcpHeader.URG) != 0) {
            out.append(", urg ").append(header.urgentPointer());
        }
    }

    private static void options(StringBuilder out, MemorySegment memory, long offset, int length) {
        int position = 0;
        while (position < length) {
            if (position > 0) {
                out.append(',');
            }
            int kind = Octets.u8(memory, offset + position);
            if (kind == TcpOptions.KIND_END) {
                out.append("eol");
                return;
            }
            if (kind == TcpOptions.KIND_NOP) {
                out.append("nop");
                position++;
                continue;
            }
            int left = length - position;
            int octets = left < 2 ? 0 : Octets.u8(memory, offset + position + 1);
            if (octets < 2 || octets > left) {
                out.append("[bad opt]");
                return;
            }
            option(out, kind, memory, offset + position, octets);
            position += octets;
        }
    }

    private static void option(
            StringBuilder out, int kind, MemorySegment memory, long at, int octets) {
        if (kind == TcpOptions.KIND_MSS && octets == 4) {
            out.append("mss ").append(Octets.u16(memory, at + 2));
        } else if (kind == TcpOptions.KIND_WINDOW_SCALE && octets == 3) {
            out.append("wscale ").append(Octets.u8(memory, at + 2));
        } else if (kind == TcpOptions.KIND_SACK_PERMITTED && octets == 2) {
            out.append("sackOK");
        } else if (kind == TcpOptions.KIND_SACK && octets % 8 == 2) {
            sack(out, memory, at, octets / 8);
        } else if (kind == TcpOptions.KIND_TIMESTAMPS && octets == 10) {
            out.append("TS val ").append(Integer.toUnsignedString(Octets.u32(memory, at + 2)));
            out.append(" ecr ").append(Integer.toUnsignedString(Octets.u32(memory, at + 6)));
        } else if (kind == TcpOptions.KIND_MD5 && octets == 18) {
            out.append("md5");
        } else if (kind == TcpOptions.KIND_USER_TIMEOUT && octets == 4) {
            out.append("uto 0x").append(Integer.toHexString(Octets.u16(memory, at + 2)));
        } else if (kind == TcpOptions.KIND_AUTHENTICATION && octets >= 4) {
            out.append("tcp-ao keyid ").append(Octets.u8(memory, at + 2));
            out.append(" rnextkeyid ").append(Octets.u8(memory, at + 3));
        } else if (kind == TcpOptions.KIND_FAST_OPEN) {
            out.append(octets == 2 ? "tfo cookiereq" : "tfo cookie ");
            hex(out, memory, at + 2, octets - 2);
        } else {
            out.append("unknown-").append(kind).append(octets == 2 ? "" : " 0x");
            hex(out, memory, at + 2, octets - 2);
        }
    }

    private static void sack(StringBuilder out, MemorySegment memory, long at, int count) {
        out.append("sack ").append(count).append(' ');
        for (int i = 0; i < count; i++) {
            out.append('{').append(Integer.toUnsignedString(Octets.u32(memory, at + 2 + 8L * i)));
            out.append(':').append(Integer.toUnsignedString(Octets.u32(memory, at + 6 + 8L * i)));
            out.append('}');
        }
    }

    private static void hex(StringBuilder out, MemorySegment memory, long at, int octets) {
        for (int i = 0; i < octets; i++) {
            int octet = Octets.u8(memory, at + i);
            out.append(Character.forDigit(octet >>> 4, 16));
            out.append(Character.forDigit(octet & 15, 16));
        }
    }
}
