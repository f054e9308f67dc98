package io.ringway.cli;

import io.ringway.cli.show.Terminal;
import io.ringway.linux.Doctor;
import io.ringway.linux.Finding;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
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
            "The exit status is 0 when a stack can be attached to a TAP here, and 3 when not."
        },
        optionListHeading = "%nOptions:%n")
final class DoctorCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        Terminal terminal = Terminal.standard();
        PrintWriter out = spec.commandLine().getOut();
        List<Finding> findings = Doctor.examine();
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
}
