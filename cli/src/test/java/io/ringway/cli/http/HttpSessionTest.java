package io.ringway.cli.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.SplittableRandom;

/** A session from its client's side: what is asked, and what comes back. */
final class HttpSessionTest {
    private static final Instant NOW = Instant.parse("2026-11-06T08:49:37Z");
    private static final Instant MODIFIED = Instant.parse("2026-01-02T03:04:05Z");
    private static final String HELLO_SHA256 =
            "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    @TempDir private Path root;

    @BeforeEach
    void files() throws IOException {
        Files.writeString(root.resolve("hello.txt"), "0123456789");
        Files.setLastModifiedTime(root.resolve("hello.txt"), FileTime.from(MODIFIED));
        Files.createDirectory(root.resolve("a dir"));
        Files.writeString(root.resolve("a dir/<b>.txt"), "b");
        Files.createFile(root.resolve("empty"));
    }

    private Browser browser() throws IOException {
        return browser(Uploads.refused());
    }

    private Browser browser(Uploads uploads) throws IOException {
        return new Browser(session(uploads));
    }

    private HttpSession session(Uploads uploads) throws IOException {
        return new HttpSession(
                new FileSite(root, uploads, InstantSource.fixed(NOW)), RequestLog.NONE);
    }

    /** Writes line ends as the network has them; a bar stands for one. */
    private static String crlf(String text) {
        return text.replace("|", "\r\n");
    }

    private static String get(String path, String... fields) {
        StringBuilder text = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: h\r\n");
        for (String field : fields) {
            text.append(field).append("\r\n");
        }
        return text.append("\r\n").toString();
    }

    @Test
    void getSendsTheFileWithItsDatesAndTag() throws IOException {
        assertThat(browser().send(get("/hello.txt")))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("Date: Fri, 06 Nov 2026 08:49:37 GMT\r\n")
                .contains("Last-Modified: Fri, 02 Jan 2026 03:04:05 GMT\r\n")
                .contains("ETag: \"a-")
                .contains("Content-Type: text/plain; charset=utf-8\r\n")
                .contains("Content-Length: 10\r\n")
                .doesNotContain("Connection:")
                .endsWith("\r\n\r\n0123456789");
    }

    @Test
    void anEmptyFileIsAnEmptyBody() throws IOException {
        assertThat(browser().send(get("/empty")))
                .contains("Content-Length: 0\r\n")
                .endsWith("\r\n\r\n");
    }

    @Test
    void headSendsTheLengthAndNoBody() throws IOException {
        assertThat(browser().send(crlf("HEAD /hello.txt HTTP/1.1|Host: h||")))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("Content-Length: 10\r\n")
                .endsWith("\r\n\r\n");
    }

    @Test
    void aRangeIsPartialContent() throws IOException {
        assertThat(browser().send(get("/hello.txt", "Range: bytes=2-4")))
                .startsWith("HTTP/1.1 206 Partial Content\r\n")
                .contains("Content-Range: bytes 2-4/10\r\n")
                .contains("Content-Length: 3\r\n")
                .endsWith("\r\n\r\n234");
    }

    @Test
    void aRangeBehindTheEndCannotBeSatisfied() throws IOException {
        assertThat(browser().send(get("/hello.txt", "Range: bytes=10-")))
                .startsWith("HTTP/1.1 416 Range Not Satisfiable\r\n")
                .contains("Content-Range: bytes */10\r\n");
    }

    @Test
    void aRangeOfAnotherVersionOfTheFileIsTheWholeFile() throws IOException {
        assertThat(browser().send(get("/hello.txt", "Range: bytes=2-4", "If-Range: \"other\"")))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .endsWith("0123456789");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "If-None-Match: *",
                "If-Modified-Since: Fri, 02 Jan 2026 03:04:05 GMT",
                "If-Modified-Since: Sat, 03 Jan 2026 03:04:05 GMT"
            })
    void whatTheClientHasIsNotSentAgain(String condition) throws IOException {
        assertThat(browser().send(get("/hello.txt", condition)))
                .startsWith("HTTP/1.1 304 Not Modified\r\n")
                .doesNotContain("Content-Length")
                .endsWith("\r\n\r\n");
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() throws IOException {
        String text =
                browser()
                        .send(
                                get("/hello.txt", "Range: bytes=0-0")
                                        + get("/none")
                                        + get("/hello.txt", "Range: bytes=9-9"));
        assertThat(text).containsSubsequence("206 ", "\r\n\r\n0", "404 ", "206 ", "\r\n\r\n9");
    }

    @Test
    void octetsOneByOneAndASmallWindowChangeNothing() throws IOException {
        Browser slow = new Browser(session(Uploads.refused()), 1, 3);
        String request = get("/hello.txt") + get("/a%20dir/");
        assertThat(slow.send(request)).isEqualTo(browser().send(request));
    }

    @Test
    void aLargeFileArrivesWhole() throws IOException {
        byte[] content = new byte[3_000_000];
        new SplittableRandom(1).nextBytes(content);
        Files.write(root.resolve("large"), content);
        Browser browser = new Browser(session(Uploads.refused()), 1500, 40_000);
        browser.send(get("/large"));
        byte[] all = browser.octets();
        assertThat(Arrays.copyOfRange(all, all.length - content.length, all.length))
                .isEqualTo(content);
    }

    @Test
    void connectionCloseEndsTheSession() throws IOException {
        HttpSession session = session(Uploads.refused());
        assertThat(new Browser(session).send(get("/hello.txt", "Connection: close")))
                .contains("Connection: close\r\n");
        assertThat(session.isFinished()).isTrue();
    }

    @Test
    void http10EndsUnlessItAsksToStay() throws IOException {
        HttpSession session = session(Uploads.refused());
        new Browser(session).send(crlf("GET /hello.txt HTTP/1.0||"));
        assertThat(session.isFinished()).isTrue();
        session = session(Uploads.refused());
        new Browser(session).send(crlf("GET /hello.txt HTTP/1.0|Connection: keep-alive||"));
        assertThat(session.isFinished()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../secret",
                "/a dir/../../secret",
                "/%2e%2e/secret",
                "/a%20dir/%2e%2e/%2e%2e/secret",
                "/..%2fsecret",
                "/%00",
                "/\\..\\secret",
                "secret",
                "/%zz"
            })
    void noTargetLeadsOutOfTheDirectory(String target) throws IOException {
        Files.writeString(root.resolveSibling("secret"), "secret");
        assertThat(browser().send(get(target))).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void aLinkOutOfTheDirectoryIsNotFollowed() throws IOException {
        Path secret = Files.createTempFile("ringway-test", "");
        try {
            Files.createSymbolicLink(root.resolve("link"), secret);
            assertThat(browser().send(get("/link"))).startsWith("HTTP/1.1 404 ");
        } finally {
            Files.delete(secret);
        }
    }

    @Test
    void aDirectoryIsListedWithItsNamesEscaped() throws IOException {
        assertThat(browser().send(get("/a%20dir/")))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("<a href=\"%3Cb%3E.txt\">&lt;b&gt;.txt</a> 1 octets")
                .contains("../");
    }

    @Test
    void aDirectoryWithoutItsSlashIsElsewhere() throws IOException {
        assertThat(browser().send(get("/a%20dir")))
                .startsWith("HTTP/1.1 301 ")
                .contains("Location: /a%20dir/\r\n");
    }

    @Test
    void unknownMethodsAreRefusedWithThoseThatAreKnown() throws IOException {
        assertThat(browser().send(crlf("DELETE /hello.txt HTTP/1.1|Host: h||")))
                .startsWith("HTTP/1.1 405 ")
                .contains("Allow: GET, HEAD\r\n");
        assertThat(root.resolve("hello.txt")).exists();
    }

    @Test
    void anUploadWithoutPermissionIsRefused() throws IOException {
        assertThat(browser().send(crlf("PUT /new HTTP/1.1|Host: h|Content-Length: 5||hello")))
                .startsWith("HTTP/1.1 405 ")
                .contains("Connection: close\r\n");
    }

    @Test
    void anUploadIsHashedAndThrownAway() throws IOException {
        assertThat(
                        browser(Uploads.discarded())
                                .send(crlf("PUT /new HTTP/1.1|Host: h|Content-Length: 5||hello")))
                .startsWith("HTTP/1.1 201 Created\r\n")
                .endsWith("\r\n\r\n" + HELLO_SHA256 + "  new\n");
    }

    @Test
    void anUploadIsStored() throws IOException {
        Browser browser = browser(Uploads.into(root));
        browser.send(
                crlf(
                                "PUT /a%20dir/new HTTP/1.1|Host: h|Transfer-Encoding:"
                                        + " chunked||2;x=y|he|3|llo|0|Trailer: t||")
                        + get("/a%20dir/new"));
        assertThat(browser.text()).contains(HELLO_SHA256).endsWith("\r\n\r\nhello");
        assertThat(root.resolve("a dir/new")).hasContent("hello");
        assertThat(root.resolve("a dir")).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void anUploadThatBreaksOffLeavesNothing() throws IOException {
        HttpSession session = session(Uploads.into(root));
        new Browser(session).send(crlf("PUT /new HTTP/1.1|Host: h|Content-Length: 9||hello"));
        session.close();
        assertThat(root.resolve("new")).doesNotExist();
        assertThat(root).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void anUploaderThatWaitsIsToldToContinue() throws IOException {
        Browser browser = browser(Uploads.discarded());
        assertThat(
                        browser.send(
                                crlf(
                                        "PUT /new HTTP/1.1|Host: h|Content-Length: 5|Expect:"
                                                + " 100-continue||")))
                .isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
        browser.forget();
        assertThat(browser.send("hello")).startsWith("HTTP/1.1 201 Created\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /||",
                "GET  / HTTP/1.1|Host: h||",
                "GET / HTTP/1.1||",
                "GET / HTTP/1.1|Host: a|Host: b||",
                "GET / HTTP/1.1|Host : h||",
                "GET / HTTP/1.1|Host: h| folded||",
                "GET / HTTP/1.1|Host: h|X: a\0b||",
                "PUT /x HTTP/1.1|Host: h|Content-Length: -1||",
                "PUT /x HTTP/1.1|Host: h|Content-Length: 1|Content-Length: 2||",
                "PUT /x HTTP/1.1|Host: h|Content-Length: 5|Transfer-Encoding: chunked||",
                "PUT /x HTTP/1.1|Host: h|Transfer-Encoding: chunked||fffffffffffffffff|",
                "PUT /x HTTP/1.1|Host: h|Transfer-Encoding: chunked||1|ab|",
                "\0\1\2\3||"
            })
    void whatIsMalformedIsABadRequestAndTheEnd(String text) throws IOException {
        HttpSession session = session(Uploads.discarded());
        assertThat(new Browser(session).send(crlf(text)))
                .startsWith("HTTP/1.1 400 Bad Request\r\n")
                .contains("Connection: close\r\n");
        assertThat(session.isFinished()).isTrue();
    }

    @Test
    void anEndlessHeadIsTooLarge() throws IOException {
        assertThat(browser().send(get("/", "X: " + "x".repeat(RequestParser.MAX_HEAD))))
                .startsWith("HTTP/1.1 431 ");
    }

    @Test
    void anotherMajorVersionIsNotSupported() throws IOException {
        assertThat(browser().send(crlf("GET / HTTP/2.0|Host: h||"))).startsWith("HTTP/1.1 505 ");
    }

    @Test
    void anotherTransferCodingIsNotImplemented() throws IOException {
        assertThat(browser().send(crlf("PUT / HTTP/1.1|Host: h|Transfer-Encoding: gzip||")))
                .startsWith("HTTP/1.1 501 ");
    }

    @Test
    void randomOctetsNeverThrow() throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 2_000; i++) {
            byte[] octets =
                    crlf("PUT /x HTTP/1.1|Host: h|Transfer-Encoding: chunked||2|he|0||")
                            .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
            for (int j = random.nextInt(6); j >= 0; j--) {
                octets[random.nextInt(octets.length)] = (byte) random.nextInt(256);
            }
            HttpSession session = session(Uploads.discarded());
            new Browser(session, 1 + random.nextInt(octets.length), Integer.MAX_VALUE).send(octets);
            session.close();
        }
    }
}
