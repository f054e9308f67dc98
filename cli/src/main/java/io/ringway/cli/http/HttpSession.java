package io.ringway.cli.http;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/**
 * The server's side of one connection: requests come in by {@link #receive}, responses go out by
 * {@link #send}.
 *
 * <p>Pipelined requests are answered one by one, in their order: while a response is on its way
 * nothing is taken, so what the client sends ahead stays in the receive window. One thread.
 */
public final class HttpSession implements AutoCloseable {
    private final FileSite site;
    private final RequestLog log;
    private final RequestParser parser = new RequestParser();
    private @Nullable Request request;
    private @Nullable ContentReader content;
    private @Nullable Upload upload;
    private @Nullable Response response;
    private boolean isFinished;

    public HttpSession(FileSite site, RequestLog log) {
        this.site = site;
        this.log = log;
    }

    /**
     * Whether the last response was sent: the output is to be shut down, and what still comes is
     * thrown away.
     */
    public boolean isFinished() {
        return isFinished;
    }

    /** Whether a response waits for room in the output. */
    public boolean isSending() {
        return response != null;
    }

    /** Whether a request has begun and is not answered yet. */
    public boolean isInside() {
        return parser.isInside() || content != null || response != null;
    }

    /**
     * Takes received octets.
     *
     * @return how many it took; fewer than {@code available} when a response has to go out first
     */
    public int receive(MemorySegment memory, long offset, int available) {
        int taken = 0;
        while (taken < available && response == null) {
            if (isFinished) {
                return available;
            }
            taken += step(memory, offset + taken, available - taken);
        }
        return taken;
    }

    private int step(MemorySegment memory, long offset, int available) {
        try {
            ContentReader reader = content;
            Upload into = upload;
            Request head = request;
            if (reader == null || into == null || head == null) {
                return head(memory, offset, available);
            }
            int taken = reader.feed(memory, offset, available, into);
            if (reader.isDone()) {
                finishUpload(head, into);
            }
            return taken;
        } catch (HttpException e) {
            fail(e);
            return available;
        }
    }

    private int head(MemorySegment memory, long offset, int available) throws HttpException {
        int taken = parser.feed(memory, offset, available);
        if (parser.isComplete()) {
            Request complete = parser.take();
            request = complete;
            try {
                answer(complete);
            } catch (HttpException e) {
                // What is behind this head is the next request, so it is not taken.
                fail(e);
            }
        }
        return taken;
    }

    private void answer(Request request) throws HttpException {
        switch (request.method()) {
            case "GET", "HEAD" ->
                    // Content of a GET has no meaning; where it ends is not worth finding out.
                    response = site.get(request, request.isPersistent() && !request.hasContent());
            case "PUT" -> beginUpload(request);
            default ->
                    throw new HttpException(
                            Status.METHOD_NOT_ALLOWED, "this server knows GET, HEAD and PUT");
        }
    }

    private void beginUpload(Request request) throws HttpException {
        if (request.field("content-range") != null) {
            throw new HttpException(
                    Status.BAD_REQUEST, "a PUT of a part is not possible (RFC 9110 §14.5)");
        }
        Upload begun = site.uploads().open(request.target());
        upload = begun;
        content = ContentReader.of(request);
        if (content.isDone()) {
            finishUpload(request, begun);
        } else if (request.expectsContinue()) {
            response = new Response.Builder(Status.CONTINUE).bare();
        }
    }

    private void finishUpload(Request request, Upload finished) throws HttpException {
        String hash = finished.finish();
        response =
                site.begin(Status.CREATED, request.isPersistent(), request.minorVersion())
                        .text("text/plain", hash, false);
    }

    /**
     * Answers with an error page, after which the connection ends: where the next request begins is
     * not certain.
     */
    private void fail(HttpException problem) {
        closeUpload();
        Request failed = request;
        boolean isIntact =
                failed != null && content == null && !failed.hasContent() && failed.isPersistent();
        int status = problem.status();
        Response.Builder builder =
                site.begin(status, isIntact, failed == null ? 1 : failed.minorVersion());
        if (status == Status.METHOD_NOT_ALLOWED) {
            builder.field("Allow", site.uploads().isAllowed() ? "GET, HEAD, PUT" : "GET, HEAD");
        }
        content = null;
        response =
                builder.text(
                        "text/html",
                        FileSite.errorPage(status, String.valueOf(problem.getMessage())),
                        failed != null && failed.isHead());
    }

    /**
     * Sends what waits.
     *
     * @return whether nothing waits any more: if so, what was not taken by {@link #receive} can be
     *     offered again
     */
    public boolean send(Output output) {
        Response sending = response;
        if (sending == null) {
            return true;
        }
        if (!sending.send(output)) {
            return false;
        }
        response = null;
        sending.close();
        if (sending.status() != Status.CONTINUE) {
            finish(sending);
        }
        return true;
    }

    private void finish(Response sent) {
        Request answered = request;
        log.answered(
                answered == null ? "-" : answered.method(),
                answered == null ? "-" : answered.target(),
                sent.status(),
                upload == null ? 0 : upload.length(),
                sent.bodySent());
        closeUpload();
        request = null;
        content = null;
        isFinished = sent.isLast();
    }

    private void closeUpload() {
        if (upload != null) {
            upload.close();
            upload = null;
        }
    }

    /** Gives up what is under way: the connection is over. */
    @Override
    public void close() {
        closeUpload();
        if (response != null) {
            response.close();
            response = null;
        }
        isFinished = true;
    }
}
