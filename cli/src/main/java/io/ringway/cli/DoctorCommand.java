package io.ringway.cli;

import io.ringway.cli.show.Terminal;
import io.ringway.linux.Doctor;
import io.ringway.linux.Finding;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code ringway doctor}: says what this machine allows. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Say what this machine allows: JDK, privileges, TAP, AF_XDP, huge pages, isolated cores"
                + " and the programs that demo and tests use; and how to get what is missing. It"
                + " changes nothing.",
            "",
            "Of an interface it says which port '--port auto:NAME' would choose, and why; without a"
                    + " name, of all.",
            "",
            "The exit status is 0 when a stack can be attached to a TAP here (or to the interface),"
                    + " and 3 when not."
        },
        optionListHeading = "%nOptions:%n")
final class DoctorCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "INTERFACE",
            description = "Look at this interface only.")
    private @Nullable String named;

    @Option(
            names = "--interface",
            paramLabel = "INTERFACE",
            description = "The same as the argument.")
    private @Nullable String option;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        String one = named != null ? named : option;
        if (one != null) {
            Finding finding = Doctor.examine(one);
            print(List.of(finding), out);
            return finding.state() == Finding.State.OK ? ExitStatus.OK : ExitStatus.NOT_ALLOWED;
        }
        List<Finding> findings = Doctor.examine();
        print(findings, out);
        boolean hasTap =
                findings.stream()
                        .filter(finding -> finding.name().equals("TAP"))
                        .noneMatch(finding -> finding.state() == Finding.State.MISSING);
        out.println();
        out.println(
                hasTap
                        ? "A stack can be attached to this machine: try 'ringway demo'."
                        : "No TAP here, so 'ringway demo' joins two stacks in memory; 'serve' and"
                                + " the like do not work.");
        return hasTap ? ExitStatus.OK : ExitStatus.NOT_ALLOWED;
    }

    private static void print(List<Finding> findings, PrintWriter out) {
        Terminal terminal = Terminal.standard();
        int width = findings.stream().mapToInt(finding -> finding.name().length()).max().orElse(0);
        for (Finding finding : findings) {
            String sign =
                    switch (finding.state()) {
                        case OK -> terminal.either("✔", "ok     ");
                        case LIMITED -> terminal.either("◦", "limited");
                        case MISSING -> terminal.either("✘", "missing");
                    };
            out.printf("  %s %-" + width + "s  %s%n", sign, finding.name(), finding.detail());
            if (!finding.remedy().isEmpty()) {
                out.printf(
                        "  %s %-" + width + "s  %s %s%n",
                        " ".repeat(sign.length()),
                        "",
                        terminal.either("→", "->"),
                        finding.remedy());
            }
        }
    }
}
