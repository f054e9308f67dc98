package io.ringway.cli;

import io.ringway.cli.http.FileSite;
import io.ringway.cli.http.RequestLog;
import io.ringway.cli.http.Uploads;
import io.ringway.cli.show.Units;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;

/** {@code ringway serve}: static files over HTTP/1.1. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Serve files over HTTP/1.1.",
            "",
            "GET and HEAD with ranges, conditions and directory listings, keep-alive and"
                + " pipelining; PUT where uploads are allowed, answered with the SHA-256 of what"
                + " came."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  ringway serve                         this directory, in a private network"
                    + " namespace",
            "  ringway serve --netns lab ~/films     in a namespace that others can enter by its"
                    + " name",
            "  ringway serve --discard-uploads --stats 1s --pcap serve.pcapng"
        })
final class ServeCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Mixin private StackOptions options;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "PATH",
            defaultValue = ".",
            description = "Directory or file to serve (default: the current directory).")
    private Path root;

    @Option(
            names = {"-p", "--listen"},
            paramLabel = "PORT",
            order = 1,
            defaultValue = "80",
            description = "TCP port to listen on (default: ${DEFAULT-VALUE}).")
    private int port;

    @ArgGroup private @Nullable UploadOptions uploads;

    @Option(names = "--log", order = 5, description = "Print a line for every request.")
    private boolean isLogging;

    /** At most one of these. */
    static final class UploadOptions {
        @Option(
                names = "--writable",
                order = 2,
                description = "Store uploads (PUT) among the files that are served.")
        private boolean isWritable;

        @Option(
                names = "--upload-dir",
                paramLabel = "DIR",
                order = 3,
                description = "Store uploads (PUT) in this directory.")
        private @Nullable Path directory;

        @Option(
                names = "--discard-uploads",
                order = 4,
                description = "Take uploads (PUT), answer with their SHA-256, and throw them away.")
        private boolean isDiscarding;
    }

    @Override
    public Integer call() throws IOException {
        FileSite site = new FileSite(root, uploads(), InstantSource.system());
        PrintWriter out = spec.commandLine().getOut();
        return ServerRun.untilInterrupted(
                options,
                port,
                new HttpHandler(site, isLogging ? log(out) : RequestLog.NONE),
                "Serving " + root.toRealPath(),
                to -> "curl http://" + (port == 80 ? host(to) : to) + "/",
                out);
    }

    private static String host(io.ringway.wire.Endpoint endpoint) {
        return endpoint.address().isIpv4()
                ? endpoint.address().toString()
                : "[" + endpoint.address() + "]";
    }

    private Uploads uploads() throws IOException {
        if (uploads == null) {
            return Uploads.refused();
        }
        if (uploads.directory != null) {
            return Uploads.into(uploads.directory);
        }
        if (uploads.isDiscarding) {
            return Uploads.discarded();
        }
        return uploads.isWritable ? Uploads.into(root) : Uploads.refused();
    }

    private static RequestLog log(PrintWriter out) {
        return (method, target, status, received, sent) -> {
            out.println(
                    status
                            + " "
                            + method
                            + " "
                            + printable(target)
                            + "  "
                            + Units.octets(Math.max(received, sent)));
        };
    }

    /** What a client sends must not steer the terminal. */
    private static String printable(String target) {
        return target.replaceAll("[^!-~]", "?");
    }
}
