package io.ringway.testkit.script;

import io.ringway.wire.TcpOptions;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Options of TCP as octets, both ways. Numbers are left as they are. Pure. */
final class OptionBytes {
    private static final int EXPERIMENTAL = 254;
    private static final int FAST_OPEN_MAGIC = 0xf989;

    private OptionBytes() {}

    /** One option without its kind and length. */
    static OptionSpec decode(int kind, byte[] octets) {
        ByteBuffer in = ByteBuffer.wrap(octets);
        int length = octets.length;
        if (kind == TcpOptions.KIND_MSS && length == 2) {
            return new OptionSpec.Mss(in.getShort() & 0xffff);
        }
        if (kind == TcpOptions.KIND_WINDOW_SCALE && length == 1) {
            return new OptionSpec.WindowScale(in.get() & 0xff);
        }
        if (kind == TcpOptions.KIND_SACK_PERMITTED && length == 0) {
            return new OptionSpec.SackPermitted();
        }
        if (kind == TcpOptions.KIND_TIMESTAMPS && length == 8) {
            return new OptionSpec.Timestamps(
                    in.getInt() & 0xffff_ffffL, in.getInt() & 0xffff_ffffL);
        }
        if (kind == TcpOptions.KIND_SACK && length >= 8 && length % 8 == 0) {
            List<OptionSpec.Block> blocks = new ArrayList<>();
            while (in.hasRemaining()) {
                blocks.add(
                        new OptionSpec.Block(
                                in.getInt() & 0xffff_ffffL, in.getInt() & 0xffff_ffffL));
            }
            return new OptionSpec.Sack(blocks);
        }
        if (kind == TcpOptions.KIND_FAST_OPEN) {
            return new OptionSpec.FastOpen(HexFormat.of().formatHex(octets), false);
        }
        if (kind == EXPERIMENTAL && length >= 2 && (in.getShort() & 0xffff) == FAST_OPEN_MAGIC) {
            return new OptionSpec.FastOpen(HexFormat.of().formatHex(octets, 2, length), true);
        }
        return OptionSpec.Other.of(kind, octets);
    }

    /** A list as it stands in a header; zeros fill the last word. */
    static byte[] encode(List<OptionSpec> options) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        options.forEach(option -> encode(option, out));
        while (out.size() % 4 != 0) {
            out.write(0);
        }
        return out.toByteArray();
    }

    private static void encode(OptionSpec option, ByteArrayOutputStream out) {
        switch (option) {
            case OptionSpec.Filler filler -> out.write(filler.isEnd() ? 0 : 1);
            case OptionSpec.Mss mss -> {
                head(out, TcpOptions.KIND_MSS, 2);
                out.write(mss.octets() >>> 8);
                out.write(mss.octets());
            }
            case OptionSpec.WindowScale scale -> {
                head(out, TcpOptions.KIND_WINDOW_SCALE, 1);
                out.write(scale.shift());
            }
            case OptionSpec.SackPermitted _ -> head(out, TcpOptions.KIND_SACK_PERMITTED, 0);
            case OptionSpec.Sack sack -> {
                head(out, TcpOptions.KIND_SACK, 8 * sack.blocks().size());
                for (OptionSpec.Block block : sack.blocks()) {
                    put32(out, block.start());
                    put32(out, block.end());
                }
            }
            case OptionSpec.Timestamps timestamps -> {
                head(out, TcpOptions.KIND_TIMESTAMPS, 8);
                put32(out, timestamps.value());
                put32(out, timestamps.echo());
            }
            case OptionSpec.FastOpen fastOpen -> {
                byte[] cookie = HexFormat.of().parseHex(fastOpen.cookie());
                if (fastOpen.isExperimental()) {
                    head(out, EXPERIMENTAL, 2 + cookie.length);
                    out.write(FAST_OPEN_MAGIC >>> 8);
                    out.write(FAST_OPEN_MAGIC);
                } else {
                    head(out, TcpOptions.KIND_FAST_OPEN, cookie.length);
                }
                out.writeBytes(cookie);
            }
            case OptionSpec.Other other -> {
                head(out, other.kind(), other.octets().size());
                other.octets().forEach(out::write);
            }
        }
    }

    private static void head(ByteArrayOutputStream out, int kind, int length) {
        out.write(kind);
        out.write(2 + length);
    }

    private static void put32(ByteArrayOutputStream out, long value) {
        out.write((int) (value >>> 24));
        out.write((int) (value >>> 16));
        out.write((int) (value >>> 8));
        out.write((int) value);
    }
}
