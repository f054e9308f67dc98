package io.ringway.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.wire.IpAddress;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.HexFormat;
import java.util.SplittableRandom;

class ToeplitzTest {
    /** The key and the values that Microsoft publishes for verifying RSS. */
    private static final byte[] VERIFICATION_KEY =
            HexFormat.of()
                    .parseHex(
                            "6d5a56da255b0ec24167253d43a38fb0d0ca2bcbae7b30b4"
                                    + "77cb2da38030f20c6a42b73bbeac01fa");

    @ParameterizedTest
    @CsvSource({
        "66.9.149.187, 2794, 161.142.100.80, 1766, 51ccc178, 323e8fc2",
        "199.92.111.2, 14230, 65.69.140.83, 4739, c626b0ea, d718262a",
        "24.19.198.95, 12898, 12.22.207.184, 38024, 5c2b394a, d2d0a5de",
        "38.27.205.30, 48228, 209.142.163.6, 2217, afc7327f, 82989176",
        "153.39.163.191, 44251, 202.188.127.2, 1303, 10e828a2, 5d1809c5",
        "3ffe:2501:200:1fff::7, 2794, 3ffe:2501:200:3::1, 1766, 40207d3d, 2cc18cd5",
        "3ffe:501:8::260:97ff:fe40:efab, 14230, ff02::1, 4739, dde51bbf, 0f0c461c",
        "3ffe:1900:4545:3:200:f8ff:fe21:67cf, 44251, fe80::200:f8ff:fe21:67cf, 38024, 02d1feef,"
                + " 4b61e985",
    })
    void agreesWithThePublishedValues(
            String source, int sourcePort, String destination, int port, String four, String two) {
        Toeplitz hash = Toeplitz.of(VERIFICATION_KEY);
        IpAddress from = IpAddress.parse(source);
        IpAddress to = IpAddress.parse(destination);
        assertThat(hash.hash(from.high(), from.low(), to.high(), to.low(), sourcePort, port))
                .isEqualTo(Integer.parseUnsignedInt(four, 16));
        assertThat(hash.hash(from.high(), from.low(), to.high(), to.low()))
                .isEqualTo(Integer.parseUnsignedInt(two, 16));
    }

    /** The two look-ups of the periodic key give what the definition gives, bit by bit. */
    @Test
    void theSymmetricKeyIsHashedAsAnyOther() {
        byte[] key = new byte[40];
        for (int i = 0; i < 40; i += 2) {
            key[i] = 0x6d;
            key[i + 1] = 0x5a;
        }
        var random = new SplittableRandom(1);
        for (int i = 0; i < 1000; i++) {
            boolean isIpv4 = random.nextBoolean();
            long fromHigh = isIpv4 ? 0 : random.nextLong();
            long fromLow =
                    isIpv4
                            ? 0xffff_0000_0000L | (random.nextInt() & 0xffff_ffffL)
                            : random.nextLong();
            long toHigh = isIpv4 ? 0 : random.nextLong();
            long toLow =
                    isIpv4
                            ? 0xffff_0000_0000L | (random.nextInt() & 0xffff_ffffL)
                            : random.nextLong();
            int fromPort = random.nextInt(65536);
            int toPort = random.nextInt(65536);
            int expected =
                    byDefinition(key, isIpv4, fromHigh, fromLow, toHigh, toLow, fromPort, toPort);
            assertThat(
                            Toeplitz.symmetric()
                                    .hash(fromHigh, fromLow, toHigh, toLow, fromPort, toPort))
                    .isEqualTo(expected);
            assertThat(
                            Toeplitz.symmetric()
                                    .hash(toHigh, toLow, fromHigh, fromLow, toPort, fromPort))
                    .as("the other direction")
                    .isEqualTo(expected);
            assertThat(Toeplitz.of(key).hash(fromHigh, fromLow, toHigh, toLow, fromPort, toPort))
                    .isEqualTo(expected);
        }
    }

    private static int byDefinition(
            byte[] key,
            boolean isIpv4,
            long fromHigh,
            long fromLow,
            long toHigh,
            long toLow,
            int fromPort,
            int toPort) {
        StringBuilder bits = new StringBuilder();
        if (isIpv4) {
            append(bits, fromLow, 32);
            append(bits, toLow, 32);
        } else {
            append(bits, fromHigh, 64);
            append(bits, fromLow, 64);
            append(bits, toHigh, 64);
            append(bits, toLow, 64);
        }
        append(bits, fromPort, 16);
        append(bits, toPort, 16);
        StringBuilder keyBits = new StringBuilder();
        for (byte octet : key) {
            append(keyBits, octet, 8);
        }
        int sum = 0;
        for (int i = 0; i < bits.length(); i++) {
            if (bits.charAt(i) == '1') {
                sum ^= Integer.parseUnsignedInt(keyBits.substring(i, i + 32), 2);
            }
        }
        return sum;
    }

    private static void append(StringBuilder to, long value, int bits) {
        for (int bit = bits - 1; bit >= 0; bit--) {
            to.append(value >>> bit & 1);
        }
    }

    @Test
    void clientsWithNeighbouringAddressesAndPortsAreSpreadEvenly() {
        int[] counts = new int[128];
        for (int client = 0; client < 256; client++) {
            for (int port = 32_768; port < 33_024; port++) {
                long from = IpAddress.parse("198.18.1." + client).low();
                long to = IpAddress.parse("198.18.0.1").low();
                counts[Toeplitz.symmetric().hash(0, from, 0, to, port, 80) & 127]++;
            }
        }
        for (int count : counts) {
            assertThat(count).isBetween(256, 1024);
        }
    }

    @Test
    void aShortKeyIsRefused() {
        assertThatThrownBy(() -> Toeplitz.of(new byte[16])).hasMessageContaining("40 octets");
    }
}
