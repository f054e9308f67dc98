package io.ringway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.util.Random;

/** Options as they are written, as they come from other stacks, and as an attacker sends them. */
class TcpOptionsTest {
    private final TcpOptions options = new TcpOptions();

    private boolean parse(String hex) {
        MemorySegment memory = Wire.octets(hex);
        return options.parse(memory, 0, (int) memory.byteSize());
    }

    @Test
    void noOptionsAreWellFormed() {
        assertThat(parse("")).isTrue();
        assertThat(options.hasMss()).isFalse();
        assertThat(options.mss()).isZero();
        assertThat(options.windowScale()).isZero();
        assertThat(options.sackCount()).isZero();
        assertThat(options.fastOpenCookieLength()).isEqualTo(-1);
    }

    @Test
    void optionsOfLinuxSyn() {
        assertThat(parse("020405b4 0402080a 01020304 00000000 01030307")).isTrue();
        assertThat(options.mss()).isEqualTo(1460);
        assertThat(options.isSackPermitted()).isTrue();
        assertThat(options.hasTimestamps()).isTrue();
        assertThat(options.timestampValue()).isEqualTo(0x01020304);
        assertThat(options.timestampEcho()).isZero();
        assertThat(options.hasWindowScale()).isTrue();
        assertThat(options.windowScale()).isEqualTo(7);
    }

    @Test
    void timestampsAloneTakeTheFastPath() {
        MemorySegment memory = Wire.octets("0101080a 89abcdef 01234567");
        assertThat(TcpOptions.isTimestampsOnly(memory, 0, 12)).isTrue();
        assertThat(TcpOptions.isTimestampsOnly(memory, 0, 8)).isFalse();
        assertThat(TcpOptions.fastTimestampValue(memory, 0)).isEqualTo(0x89abcdef);
        assertThat(TcpOptions.fastTimestampEcho(memory, 0)).isEqualTo(0x01234567);
        assertThat(options.parse(memory, 0, 12)).isTrue();
        assertThat(options.timestampValue()).isEqualTo(0x89abcdef);
        assertThat(options.timestampEcho()).isEqualTo(0x01234567);
    }

    @Test
    void sackBlocksBehindTimestamps() {
        assertThat(
                        parse(
                                "0101080a00000001000000020101051a 00000010 00000020 ffffff00"
                                        + " 00000008 00000030 00000040"))
                .isTrue();
        assertThat(options.sackCount()).isEqualTo(3);
        assertThat(options.sackStart(0)).isEqualTo(0x10);
        assertThat(options.sackEnd(0)).isEqualTo(0x20);
        assertThat(options.sackStart(1)).isEqualTo(0xffffff00);
        assertThat(options.sackEnd(1)).isEqualTo(8);
        assertThat(options.sackEnd(2)).isEqualTo(0x40);
    }

    @Test
    void formerOptionsAreForgotten() {
        assertThat(parse("020405b4 0402 050a 00000001 00000002")).isTrue();
        assertThat(parse("01")).isTrue();
        assertThat(options.hasMss()).isFalse();
        assertThat(options.isSackPermitted()).isFalse();
        assertThat(options.sackCount()).isZero();
    }

    @Test
    void endOfOptionsEndsThem() {
        assertThat(parse("00 020405b4 02")).isTrue();
        assertThat(options.hasMss()).isFalse();
    }

    @Test
    void whatStoodBeforeAMalformedOptionIsKept() {
        assertThat(parse("020405b4 0300")).isFalse();
        assertThat(options.mss()).isEqualTo(1460);
    }

    @Test
    void lengthsBelowTwoAndPastTheEndAreMalformed() {
        for (String hex : new String[] {"02", "0200", "0201", "0204", "020405", "fe00", "0802"}) {
            boolean isWellFormed = hex.equals("0802");
            assertThat(parse(hex)).as(hex).isEqualTo(isWellFormed);
            assertThat(options.hasMss()).isFalse();
            assertThat(options.hasTimestamps()).isFalse();
        }
    }

    @Test
    void unknownKindsAndImpossibleLengthsArePassedOver() {
        assertThat(parse("0203ff fd04aabb 05040000 05070000000000 020405b4")).isTrue();
        assertThat(options.sackCount()).isZero();
        assertThat(options.mss()).isEqualTo(1460);
    }

    /** RFC 7323 §2.3: a shift over 14 is used as 14. */
    @Test
    void windowScaleIsFourteenAtMost() {
        assertThat(parse("0303ff")).isTrue();
        assertThat(options.windowScale()).isEqualTo(14);
    }

    @Test
    void lessCommonOptions() {
        assertThat(parse("1c048002 2206aabbccdd 1d040102")).isTrue();
        assertThat(options.userTimeoutSeconds()).isEqualTo(120);
        assertThat(options.fastOpenCookieLength()).isEqualTo(4);
        assertThat(options.fastOpenCookiePosition()).isEqualTo(6);
        assertThat(options.hasAuthentication()).isTrue();
        assertThat(parse("1312 00000000000000000000000000000000 2202")).isTrue();
        assertThat(options.hasMd5()).isTrue();
        assertThat(options.fastOpenCookieLength()).isZero();
    }

    @Test
    void whatIsWrittenIsReadBack() {
        MemorySegment memory = Wire.empty(64);
        long end = 0;
        end += TcpOptionsWriter.mss(memory, end, 8960);
        end += TcpOptionsWriter.sackPermittedAndTimestamps(memory, end, -2, 77);
        end += TcpOptionsWriter.windowScale(memory, end, 9);
        end += TcpOptionsWriter.userTimeout(memory, end, 40_000);
        end += TcpOptionsWriter.sackHead(memory, end, 1);
        end += TcpOptionsWriter.sackBlock(memory, end, 5, 6);
        assertThat(end).isEqualTo(36);
        assertThat(options.parse(memory, 0, (int) end)).isTrue();
        assertThat(options.mss()).isEqualTo(8960);
        assertThat(options.isSackPermitted()).isTrue();
        assertThat(options.timestampValue()).isEqualTo(-2);
        assertThat(options.timestampEcho()).isEqualTo(77);
        assertThat(options.windowScale()).isEqualTo(9);
        assertThat(options.userTimeoutSeconds()).isEqualTo(39_960);
        assertThat(options.sackCount()).isEqualTo(1);
        assertThat(options.sackStart(0)).isEqualTo(5);
        assertThat(options.sackEnd(0)).isEqualTo(6);

        end = TcpOptionsWriter.timestamps(memory, 0, 3, 4);
        assertThat(TcpOptions.isTimestampsOnly(memory, 0, (int) end)).isTrue();
        assertThat(TcpOptionsWriter.sackPermitted(memory, end)).isEqualTo(4);
        assertThat(options.parse(memory, end, 4)).isTrue();
        assertThat(options.isSackPermitted()).isTrue();
    }

    @Test
    void cookieIsPaddedToAWord() {
        MemorySegment memory = Wire.empty(20);
        int end = TcpOptionsWriter.fastOpen(memory, 0, Wire.octets("0102030405060708"), 0, 8);
        end += TcpOptionsWriter.pad(memory, end, end);
        assertThat(end).isEqualTo(12);
        assertThat(Wire.hex(memory)).startsWith("220a01020304050607080101");
        assertThat(TcpOptionsWriter.pad(memory, 0, 8)).isZero();
    }

    /** The memory ends where the options do, so that a read behind them would throw. */
    @Test
    void randomOptionsNeverThrowNorAreReadBehindTheirEnd() {
        long seed = 9293;
        Random random = new Random(seed);
        byte[] kinds = {0, 1, 2, 3, 4, 5, 8, 19, 28, 29, 34, (byte) 254};
        for (int round = 0; round < 100_000; round++) {
            byte[] octets = new byte[random.nextInt(TcpOptions.MAX_LENGTH + 1)];
            random.nextBytes(octets);
            for (int i = 0; i < octets.length; i++) {
                if (random.nextInt(3) == 0) {
                    octets[i] = kinds[random.nextInt(kinds.length)];
                } else if (random.nextInt(2) == 0) {
                    octets[i] = (byte) random.nextInt(20);
                }
            }
            options.parse(MemorySegment.ofArray(octets), 0, octets.length);
            assertThat(options.sackCount()).as("seed %d", seed).isBetween(0, 4);
            assertThat(options.windowScale()).as("seed %d", seed).isBetween(0, 14);
        }
    }
}
