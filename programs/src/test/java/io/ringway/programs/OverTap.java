package io.ringway.programs;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.testkit.Privileged;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A host for a program, and what is asked of every HTTP server. */
@Privileged
@Timeout(180)
abstract class OverTap {
    static final String URL = "http://" + Run.HOST + ":" + Run.HTTP;
    static final String SECRET = "https://" + Run.HOST + ":" + Run.HTTPS;
    static final String URL_IPV6 = "http://[" + Run.HOST_IPV6 + "]:" + Run.HTTP;

    @TempDir Path directory;
    ProgramHost host;

    @BeforeEach
    void open() {
        host = new ProgramHost(directory);
    }

    @AfterEach
    void close() {
        host.close();
    }

    /** What curl gets is what was served, and what it sent comes back. */
    final void curl(String url, String version) throws Exception {
        Path got = directory.resolve("got");
        Path sent = directory.resolve("sent");
        Files.write(sent, Run.file());
        String to = got.toString();
        host.run("curl", "-sSfgk", version, "-o", to, url + "/file");
        assertThat(Files.readAllBytes(got)).isEqualTo(Run.file());
        Files.delete(got);
        String data = "@" + sent;
        host.run("curl", "-sSfgk", version, "--data-binary", data, "-o", to, url + "/echo");
        assertThat(Files.readAllBytes(got)).isEqualTo(Run.file());
    }

    /** Three hundred files by ten connections, every octet of them. */
    final String h2load(String url, String... options) throws Exception {
        ProgramHost.needs("h2load");
        List<String> command = new ArrayList<>(List.of("h2load", "-n", "300", "-c", "10"));
        command.addAll(List.of(options));
        command.add(url + "/file");
        String said = host.run(command.toArray(String[]::new));
        assertThat(said)
                .contains("300 done", "0 errored, 0 timeout")
                .contains("(" + 300L * Run.FILE_LENGTH + ") data");
        return said;
    }

    final void h1(String url) throws Exception {
        curl(url, "--http1.1");
        assertThat(h2load(url, "--h1")).contains("300 succeeded, 0 failed");
    }

    final void h2(String url) throws Exception {
        curl(url, url.startsWith("https") ? "--http2" : "--http2-prior-knowledge");
        assertThat(h2load(url, "-m", "4")).contains("300 succeeded, 0 failed");
    }
}
