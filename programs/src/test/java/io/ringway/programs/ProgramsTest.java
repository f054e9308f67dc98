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

/**
 * Programs that know nothing of Ringway, over it by a flag: each in a JVM of its own, with clients
 * in the same JVM and clients over the kernel on the other end of a TAP. {@code docs/programs.md}
 * has the table.
 */
@Privileged
@Timeout(180)
class ProgramsTest {
    private static final String URL = "http://" + Run.HOST + ":" + Run.HTTP;

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
    private void curl(String... options) throws Exception {
        Path got = directory.resolve("got");
        Path sent = directory.resolve("sent");
        Files.write(sent, Run.file());
        String option = options.length == 0 ? "--http1.1" : options[0];
        host.run("curl", "-sSf", option, "-o", got.toString(), URL + "/file");
        assertThat(Files.readAllBytes(got)).isEqualTo(Run.file());
        Files.delete(got);
        String data = "@" + sent;
        host.run(
                "curl", "-sSf", option, "--data-binary", data, "-o", got.toString(), URL + "/echo");
        assertThat(Files.readAllBytes(got)).isEqualTo(Run.file());
    }

    private void h2load(String... options) throws Exception {
        String[] command = new String[options.length + 6];
        System.arraycopy(new String[] {"h2load", "-n", "300", "-c", "10"}, 0, command, 0, 5);
        System.arraycopy(options, 0, command, 5, options.length);
        command[command.length - 1] = URL + "/file";
        assertThat(host.run(command)).contains("300 succeeded, 0 failed");
    }

    @Test
    void jdkHttpServerAndClient() throws Exception {
        host.start(JdkHttpProgram.class);
        curl();
        h2load("--h1");
        host.end();
    }

    @Test
    void jetty() throws Exception {
        host.start(JettyProgram.class);
        curl();
        curl("--http2-prior-knowledge");
        h2load("--h1");
        h2load("-m", "4");
        host.end();
    }

    @Test
    void tomcat() throws Exception {
        host.start(TomcatProgram.class, directory.toString());
        curl();
        h2load("--h1");
        host.end();
    }

    @Test
    void undertow() throws Exception {
        host.start(UndertowProgram.class);
        curl();
        h2load("--h1");
        host.end();
    }

    @Test
    void grpc() throws Exception {
        host.start(GrpcProgram.class);
        assertThat(host.runOnKernel(GrpcProgram.class, "client")).contains("ASKED");
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
