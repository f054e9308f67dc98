package io.ringway.programs;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** What the programs have in common; they know nothing of Ringway, and neither does this. */
final class Run {
    static final String HOST = "198.18.0.2";
    static final String HOST_IPV6 = "2001:2::2";
    static final String KERNEL = "198.18.0.1";
    static final String KERNEL_IPV6 = "2001:2::1";
    static final int HTTP = 8080;
    static final int HTTPS = 8443;
    static final String PASSWORD = "password";
    static final int FILE_LENGTH = 1 << 20;

    private Run() {}

    /** The same octets in every process. */
    static byte[] file() {
        byte[] octets = new byte[FILE_LENGTH];
        new Random(5).nextBytes(octets);
        return octets;
    }

    static String sha256(byte[] octets) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    static void require(boolean isTrue, String what) {
        if (!isTrue) {
            throw new IllegalStateException("failed: " + what);
        }
    }

    /**
     * Asks a server for what every one of these serves: {@code GET /file}, and {@code POST /echo}
     * that gives back what it got.
     */
    static void askHttp(HttpClient.Version version) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newBuilder().version(version).build()) {
            ask(client, "http://" + HOST + ":" + HTTP);
        }
    }

    /** The same over TLS, where only the certificate in {@code keys} is trusted. */
    static void askHttps(HttpClient.Version version, Path keys) throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder().version(version).sslContext(tls(keys)).build()) {
            ask(client, "https://" + HOST + ":" + HTTPS);
        }
    }

    private static void ask(HttpClient client, String server)
            throws IOException, InterruptedException {
        byte[] file = file();
        HttpResponse<byte[]> whole =
                client.send(
                        HttpRequest.newBuilder(URI.create(server + "/file")).build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        require(whole.statusCode() == 200, "status " + whole.statusCode());
        require(Arrays.equals(whole.body(), file), "the file is what was served");
        List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            byte[] body = Arrays.copyOfRange(file, i * 1000, i * 1000 + 1 + i * 777);
            answers.add(
                    client.sendAsync(
                            HttpRequest.newBuilder(URI.create(server + "/echo"))
                                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                                    .build(),
                            HttpResponse.BodyHandlers.ofByteArray()));
        }
        for (int i = 0; i < 50; i++) {
            byte[] body = Arrays.copyOfRange(file, i * 1000, i * 1000 + 1 + i * 777);
            require(Arrays.equals(answers.get(i).join().body(), body), "echo " + i);
        }
    }

    /** A certificate of our own, which is all that is trusted. */
    static SSLContext tls(Path keys) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream from = Files.newInputStream(keys)) {
            store.load(from, PASSWORD.toCharArray());
        }
        KeyManagerFactory own =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(store, PASSWORD.toCharArray());
        TrustManagerFactory trusted =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }

    /** Says that all is served, and waits until the test has seen enough. */
    static void ready() throws IOException {
        System.out.println(ProgramHost.READY);
        while (System.in.read() >= 0) {
            Thread.onSpinWait();
        }
    }

    /** Ends the process, whatever threads the program has left. */
    static void end() {
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }
}
