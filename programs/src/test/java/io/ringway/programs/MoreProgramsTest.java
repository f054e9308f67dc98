package io.ringway.programs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;

/** As {@link ProgramsTest}: programs that use the network in yet other ways. */
@Tag("long")
class MoreProgramsTest extends OverTap {
    @Test
    void reactorNetty() throws Exception {
        host.start(ReactorNettyProgram.class);
        h1(URL);
        h2(URL);
        host.end();
    }

    @Test
    void helidonByTheAgent() throws Exception {
        host.startWithAgent(HelidonProgram.class);
        h1(URL);
        h2(URL);
        host.end();
    }

    @Test
    void httpComponentsByTheAgent() throws Exception {
        host.startWithAgent(HttpComponentsProgram.class);
        h1(URL);
        host.end();
    }

    @Test
    void okHttpByTheAgent() throws Exception {
        host.startWithAgent(OkHttpProgram.class, "HTTP_1_1");
        h1(URL);
        host.end();
    }

    @Test
    void okHttpByTheAgentWithHttp2() throws Exception {
        host.startWithAgent(OkHttpProgram.class, "H2_PRIOR_KNOWLEDGE");
        h2(URL);
        host.end();
    }

    @Test
    void grizzly() throws Exception {
        host.start(GrizzlyProgram.class);
        h1(URL);
        host.end();
    }

    @Test
    void mina() throws Exception {
        host.start(MinaProgram.class);
        String to = Run.HOST + ":" + MinaProgram.PORT;
        assertThat(host.run("sh", "-c", "echo a datagram | socat -T 5 - UDP:" + to))
                .isEqualTo("a datagram\n");
        // The connection stays open, for when it is half-closed MINA gives up what it has not
        // written yet, over the kernel as well.
        Path sent = directory.resolve("sent");
        Files.write(sent, Run.file());
        String talk =
                "exec 3<>/dev/tcp/%s/%d; cat %s >&3 & head -c %d <&3 | sha256sum"
                        .formatted(Run.HOST, MinaProgram.PORT, sent, Run.FILE_LENGTH);
        assertThat(host.run("bash", "-c", talk)).startsWith(Run.sha256(Run.file()));
        host.end();
    }

    @Test
    void artemis() throws Exception {
        host.start(ArtemisProgram.class);
        assertThat(host.runOnKernel(ArtemisProgram.class, "client")).contains("ASKED");
        host.end();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "hsqldb"})
    void databaseByTheAgent(String which) throws Exception {
        host.startWithAgent(DatabaseProgram.class, which);
        assertThat(host.runOnKernel(DatabaseProgram.class, which, "client")).contains("ASKED");
        host.end();
    }

    @Test
    void sshd() throws Exception {
        ProgramHost.needs("ssh", "ssh-keygen");
        String key = directory.resolve("key").toString();
        host.run("ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", key);
        host.start(SshdProgram.class, directory.toString());
        Path sent = directory.resolve("sent");
        Files.write(sent, Run.file());
        String ssh =
                "ssh -q -o BatchMode=yes -o StrictHostKeyChecking=no"
                        + " -o UserKnownHostsFile=/dev/null -i "
                        + (key + " -p " + SshdProgram.PORT + " user@" + Run.HOST);
        assertThat(host.run("sh", "-c", ssh + " sha256sum < " + sent))
                .startsWith(Run.sha256(Run.file()));
        assertThat(host.run("sh", "-c", ssh + " cat " + sent + " < /dev/null | sha256sum"))
                .startsWith(Run.sha256(Run.file()));
        host.end();
    }

    @Test
    void ftpByTheAgent() throws Exception {
        host.startWithAgent(FtpProgram.class, directory.toString());
        String url = "ftp://user:" + Run.PASSWORD + "@" + Run.HOST + ":" + FtpProgram.PORT;
        Path got = directory.resolve("got");
        host.run("curl", "-sSf", "-o", got.toString(), url + "/file");
        assertThat(Files.readAllBytes(got)).isEqualTo(Run.file());
        host.run("curl", "-sSf", "-P", "-", "-o", got.toString(), url + "/file");
        assertThat(Files.readAllBytes(got)).isEqualTo(Run.file());
        host.run("curl", "-sSf", "-T", got.toString(), url + "/again");
        assertThat(Files.readAllBytes(directory.resolve("again"))).isEqualTo(Run.file());
        host.end();
    }
}
