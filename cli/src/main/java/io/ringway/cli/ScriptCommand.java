package io.ringway.cli;

import io.ringway.testkit.script.RunOptions;
import io.ringway.testkit.script.ScriptResult;
import io.ringway.testkit.script.ScriptRunner;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code ringway script}: runs scripts in the packetdrill language against our stack. */
@Command(
        name = "script",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Run scripts in the packetdrill language against our TCP, in virtual time: no device,"
                    + " no privilege, and an hour of time-outs takes a moment.",
            "",
            "What neither the runner nor the stack has makes a script one that is skipped, with the"
                    + " reason; never one that passed."
        },
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:no script failed", "1:a script failed, or a file cannot be read"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  ringway script handshake.pkt",
            "  ringway script --verbose --ip-version=ipv6 tests/"
        })
final class ScriptCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "A script, or a folder: then all .pkt files in and below it.")
    private List<Path> paths;

    @Option(names = "--list", description = "Only say which scripts there are.")
    private boolean isListing;

    @Option(
            names = {"-v", "--verbose"},
            description = "Print each event and packet, and what was left out.")
    private boolean isVerbose;

    @Option(
            names = {"--ip-version", "--ip_version"},
            paramLabel = "VERSION",
            defaultValue = "",
            description = "ipv4, ipv6 or ipv4-mapped-ipv6, whatever the scripts say.")
    private String ipVersion;

    @Option(
            names = "--mtu",
            paramLabel = "OCTETS",
            defaultValue = "0",
            hideParamSyntax = true,
            description =
                    "The largest packet, whatever the scripts say; 1500 otherwise. Scripts written"
                            + " for IPv4 run over IPv6 with 1520.")
    private int mtu;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            defaultValue = "auto",
            description = {
                "Whose defaults the scripts expect: linux, freebsd, or auto, which looks at their"
                        + " commands (default: ${DEFAULT-VALUE})."
            })
    private String profile;

    @Option(
            names = {"--tolerance", "--tolerance_usecs"},
            paramLabel = "MICROSECONDS",
            defaultValue = "-1",
            hideParamSyntax = true,
            description = "How far events may be off, whatever the scripts say; 4000 otherwise.")
    private long toleranceUs;

    @Option(
            names = {"-D", "--define"},
            paramLabel = "NAME=VALUE",
            description = "Put a value in the place of a word in the scripts.")
    private Map<String, String> defines = Map.of();

    @Override
    public Integer call() {
        ScriptRunner runner = runner();
        PrintWriter out = spec.commandLine().getOut();
        List<Path> files = find();
        if (isListing) {
            files.forEach(out::println);
            return ExitStatus.OK;
        }
        int passed = 0;
        int failed = 0;
        int skipped = 0;
        for (Path file : files) {
            ScriptResult result = run(runner, file);
            switch (result.outcome()) {
                case PASSED -> passed++;
                case FAILED -> failed++;
                case SKIPPED -> skipped++;
            }
            print(out, result);
        }
        out.println(passed + " passed, " + failed + " failed, " + skipped + " skipped");
        return failed == 0 ? ExitStatus.OK : ExitStatus.FAILED;
    }

    private ScriptRunner runner() {
        if (!List.of("", "ipv4", "ipv6", "ipv4-mapped-ipv6").contains(ipVersion)) {
            throw Failure.usage(
                    "--ip-version is ipv4, ipv6 or ipv4-mapped-ipv6; given " + ipVersion);
        }
        try {
            return new ScriptRunner(
                    new RunOptions(
                            profile,
                            ipVersion,
                            toleranceUs,
                            toleranceUs < 0 ? -1 : 0,
                            mtu,
                            defines));
        } catch (IllegalArgumentException e) {
            throw Failure.usage("--" + e.getMessage());
        }
    }

    private List<Path> find() {
        List<Path> files = new ArrayList<>();
        for (Path path : paths) {
            if (!Files.exists(path)) {
                throw Failure.failed("there is no file " + path);
            }
            try {
                files.addAll(ScriptRunner.find(path));
            } catch (IOException e) {
                throw new Failure(ExitStatus.FAILED, "cannot read " + path, e);
            }
        }
        return files;
    }

    private static ScriptResult run(ScriptRunner runner, Path file) {
        try {
            return runner.run(file);
        } catch (IOException e) {
            throw new Failure(ExitStatus.FAILED, "cannot read " + file, e);
        }
    }

    private void print(PrintWriter out, ScriptResult result) {
        switch (result.outcome()) {
            case PASSED -> out.println("passed   " + result.name());
            case FAILED -> {
                out.println("FAILED   " + result.name());
                out.println(indented(result.message()));
            }
            case SKIPPED -> out.println("skipped  " + result.message());
        }
        if (isVerbose) {
            result.notes().forEach(note -> out.println("  note: " + note));
            result.trace().forEach(line -> out.println("  " + line));
        }
        out.flush();
    }

    private static String indented(String message) {
        return "  " + message.replace("\n", "\n  ");
    }
}
