package io.ringway.programs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Programs that know nothing of Ringway, over it by a flag: each in a JVM of its own, with clients
 * in the same JVM and clients over the kernel on the other end of a TAP. {@code docs/programs.md}
 * has the table, and says how those with the tag {@code long} are run.
 */
class ProgramsTest extends OverTap {
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
        h1(URL_IPV6);
        host.end();
    }

    @Test
    @Tag("long")
    void jettyOnTwoLanes() throws Exception {
        host.lanes(2);
        host.start(JettyProgram.class, host.keys());
        h1(URL);
        h2(URL);
        h2(SECRET);
        h2(URL_IPV6);
        host.end();
    }

    @Test
    @Tag("long")
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
    @Tag("long")
    void undertow() throws Exception {
        host.start(UndertowProgram.class);
        h1(URL);
        h2(URL);
        host.end();
    }

    @Test
    @Tag("long")
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
    @Tag("long")
    void kafka() throws Exception {
        kafkaOnLanes();
    }

    @Test
    @Tag("long")
    void kafkaOnTwoLanes() throws Exception {
        host.lanes(2);
        kafkaOnLanes();
    }

    private void kafkaOnLanes() throws Exception {
        ProgramHost.needs("kcat");
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
    @Tag("long")
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
        ProgramHost.needs("redis-server", "redis-cli");
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
