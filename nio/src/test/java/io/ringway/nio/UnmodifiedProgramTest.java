package io.ringway.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A program in a JVM of its own, with one flag more than usual. */
@Timeout(120)
class UnmodifiedProgramTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private static Process start(int kernelPort, String... flags) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+UseSerialGC");
        command.add("-Xmx256m");
        command.add(
                "-Djava.nio.channels.spi.SelectorProvider="
                        + RingwaySelectorProvider.class.getName());
        command.addAll(List.of(flags));
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(UnmodifiedProgram.class.getName());
        command.add(Integer.toString(kernelPort));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** The line that begins with {@code word}, without it. */
    private static String line(BufferedReader from, String word) throws IOException {
        StringBuilder before = new StringBuilder();
        for (String line = from.readLine(); line != null; line = from.readLine()) {
            if (line.startsWith(word + " ")) {
                return line.substring(word.length() + 1);
            }
            before.append(line).append('\n');
        }
        throw new AssertionError("no line \"" + word + "\" but: " + before);
    }

    @Test
    void servesOnRingwayAndHearsFromTheKernel() throws Exception {
        try (ServerSocket kernel = new ServerSocket(0, 5, LOOPBACK)) {
            Process program = start(kernel.getLocalPort());
            try (BufferedReader output = program.inputReader(UTF_8)) {
                int port = Integer.parseInt(line(output, "serves"));
                // The kernel knows nothing of that port.
                assertThatThrownBy(() -> connectByKernel(port)).isInstanceOf(IOException.class);
                assertThat(line(output, "answers")).isEqualTo("200");
                try (Socket peer = kernel.accept()) {
                    peer.getOutputStream().write("a word of the kernel".getBytes(UTF_8));
                }
                assertThat(line(output, "hears")).isEqualTo("a word of the kernel");
                program.getOutputStream().close();
                assertThat(program.waitFor()).isZero();
            } finally {
                program.destroyForcibly();
            }
        }
    }

    private static void connectByKernel(int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(LOOPBACK, port), 2000);
        }
    }

    @Test
    void strictKeepsTheKernelOut() throws Exception {
        try (ServerSocket kernel = new ServerSocket(0, 5, LOOPBACK)) {
            Process program = start(kernel.getLocalPort(), "-Dringway.strict=true");
            try (BufferedReader output = program.inputReader(UTF_8)) {
                assertThat(line(output, "answers")).isEqualTo("200");
                assertThat(line(output, "fails")).isEqualTo("Connection refused");
            } finally {
                program.destroyForcibly();
            }
        }
    }

    @Test
    void aWrongSettingIsToldInOneSentence() throws Exception {
        Process program = start(1, "-Dringway.adress=198.18.0.2/24");
        try (BufferedReader output = program.inputReader(UTF_8)) {
            assertThat(line(output, "fails"))
                    .isEqualTo(
                            "ringway.adress is no setting of Ringway: write ringway.address"
                                    + " instead");
            assertThat(program.waitFor()).isZero();
        } finally {
            program.destroyForcibly();
        }
    }
}
