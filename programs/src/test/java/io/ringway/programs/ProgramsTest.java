package io.ringway.programs;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.testkit.Privileged;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Programs that know nothing of Ringway, over it by a flag: each in a JVM of its own, with clients
 * in the same JVM and clients over the kernel on the other end of a TAP. {@code docs/programs.md}
 * has the table.
 */
@Privileged
@Timeout(180)
class ProgramsTest {
    private static final String URL = "http://" + Run.HOST + ":" + Run.HTTP;
    private static final String SECRET = "https://" + Run.HOST + ":" + Run.HTTPS;

    @TempDir private Path directory;
    private ProgramHost host;

    @BeforeEach
    void open() {
        host = new ProgramHost(directory);
    }

    @AfterEach
    void close() {
        host.close();
    }

    /** What curl gets is what was served, and what it sent comes back. */
    private void curl(String url, String version) throws Exception {
        Path got = directory.resolve("got");
        Path sent = directory.resolve("sent");
        Files.write(sent, Run.file());
        String to = got.toString();
        host.run("curl", "-sSfk", version, "-o", to, url + "/file");
        assertThat(Files.readAllBytes(got)).isEqualTo(Run.file());
        Files.delete(got);
        String data = "@" + sent;
        host.run("curl", "-sSfk", version, "--data-binary", data, "-o", to, url + "/echo");
        assertThat(Files.readAllBytes(got)).isEqualTo(Run.file());
    }

    /** Three hundred files by ten connections, every octet of them. */
    private String h2load(String url, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of("h2load", "-n", "300", "-c", "10"));
        command.addAll(List.of(options));
        command.add(url + "/file");
        String said = host.run(command.toArray(String[]::new));
        assertThat(said)
                .contains("300 done", "0 errored, 0 timeout")
                .contains("(" + 300L * Run.FILE_LENGTH + ") data");
        return said;
    }

    private void h1(String url) throws Exception {
        curl(url, "--http1.1");
        assertThat(h2load(url, "--h1")).contains("300 succeeded, 0 failed");
    }

    private void h2(String url) throws Exception {
        curl(url, url.startsWith("https") ? "--http2" : "--http2-prior-knowledge");
        assertThat(h2load(url, "-m", "4")).contains("300 succeeded, 0 failed");
    }

    @Test
    void jdkHttpServerAndClient() throws Exception {
        host.start(JdkHttpProgram.class, host.keys());
        h1(URL);
        h1(SECRET);
        host.end();
    }

    @Test
    void jetty() throws Exception {
        host.start(JettyProgram.class, host.keys());
        h1(URL);
        h2(URL);
        h1(SECRET);
        h2(SECRET);
        host.end();
    }

    @Test
    void tomcat() throws Exception {
        host.start(TomcatProgram.class, directory.toString());
        curl(URL, "--http1.1");
        // Tomcat's status lines have no words, and then h2load counts no status, over the kernel
        // as well.
        assertThat(h2load(URL, "--h1")).contains("0 succeeded, 300 failed");
        h2(URL);
        host.end();
    }

    @Test
    void undertow() throws Exception {
        host.start(UndertowProgram.class);
        h1(URL);
        h2(URL);
        host.end();
    }

    @Test
    void vertx() throws Exception {
        host.start(VertxProgram.class);
        h1(URL);
        h2(URL);
        host.end();
    }

    @Test
    void grpc() throws Exception {
        host.start(GrpcProgram.class);
        assertThat(host.runOnKernel(GrpcProgram.class, "client")).contains("ASKED");
        Path message = directory.resolve("message");
        // A message has an octet that says "not compressed", and four that say how long it is.
        Files.write(message, Arrays.copyOf(new byte[] {0, 0, 0, 39, 16}, 5 + 10_000));
        String said =
                host.run(
                        "h2load",
                        "-n",
                        "300",
                        "-c",
                        "10",
                        "-m",
                        "4",
                        "-d",
                        message.toString(),
                        "-H",
                        "content-type: application/grpc",
                        "-H",
                        "te: trailers",
                        "http://" + Run.HOST + ":50051/test.Echo/One");
        assertThat(said).contains("300 succeeded, 0 failed", "(" + 300 * 10_005 + ") data");
        host.end();
    }

    @Test
    void kafka() throws Exception {
        host.start(KafkaProgram.class, directory.toString());
        String broker = Run.HOST + ":9092";
        String all = host.run("kcat", "-b", broker, "-t", "test", "-C", "-e", "-q");
        assertThat(all.lines()).hasSize(2000).contains(KafkaProgram.value(1999));
        Path lines = directory.resolve("lines");
        Files.writeString(lines, "first\nsecond\n");
        host.run("kcat", "-b", broker, "-t", "other", "-P", "-l", lines.toString());
        assertThat(host.run("kcat", "-b", broker, "-t", "other", "-C", "-e", "-q"))
                .isEqualTo("first\nsecond\n");
        host.end();
    }

    @Test
    void zooKeeper() throws Exception {
        host.start(ZooKeeperProgram.class, directory.toString());
        assertThat(host.runOnKernel(ZooKeeperProgram.class, "client")).contains("ASKED");
        String said = host.run("sh", "-c", "echo srvr | socat - TCP:" + Run.HOST + ":2181");
        assertThat(said).contains("Node count: 207");
        host.end();
    }

    @Test
    void pekkoStreams() throws Exception {
        host.start(PekkoProgram.class);
        Path sent = directory.resolve("sent");
        Files.write(sent, Run.file());
        String printed =
                host.run(
                        "sh",
                        "-c",
                        "socat -t 30 - TCP:" + Run.HOST + ":7 < " + sent + " | sha256sum");
        assertThat(printed).startsWith(Run.sha256(Run.file()));
        host.end();
    }

    private void redis() throws Exception {
        host.serve(
                "redis-server",
                "--bind",
                Run.KERNEL,
                "--protected-mode",
                "no",
                "--save",
                "",
                "--dir",
                directory.toString());
        String cli = "redis-cli -h " + Run.KERNEL;
        host.run("sh", "-c", "until " + cli + " ping > /dev/null 2>&1; do :; done");
    }

    private String redisCli(String... command) throws Exception {
        String words = String.join(" ", command);
        return host.run("sh", "-c", "redis-cli -h " + Run.KERNEL + " " + words).strip();
    }

    @Test
    void lettuce() throws Exception {
        redis();
        host.start(LettuceProgram.class);
        assertThat(redisCli("get", "lettuce")).isEqualTo("done");
        assertThat(redisCli("dbsize")).isEqualTo("1001");
        host.end();
    }

    @Test
    void jedisByTheAgent() throws Exception {
        redis();
        host.startWithAgent(JedisProgram.class);
        assertThat(redisCli("get", "jedis")).isEqualTo("done");
        assertThat(redisCli("get", "counter")).isEqualTo("500");
        assertThat(redisCli("get", "key9").getBytes(StandardCharsets.UTF_8)).hasSize(14);
        host.end();
    }
}
