package io.ringway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.port.LinkConfig;
import io.ringway.port.LinkPort;

import org.junit.jupiter.api.Test;

/** {@code ringway lanes}, with a stack of this very process at the other end. */
final class LanesCommandTest {
    private final Shell shell = new Shell();

    private static Stack stack(LinkPort.Pair link) {
        StackConfig config =
                StackConfig.builder().address("198.18.0.1/24").smallFrames(256).lanes(3).build();
        Stack stack = Stack.open(config, link.a());
        stack.start();
        return stack;
    }

    @Test
    void aRunningStackShowsItsLanesAndMovesBuckets() {
        LinkConfig wire = LinkConfig.builder().isThreaded(true).build();
        String self = String.valueOf(ProcessHandle.current().pid());
        try (LinkPort.Pair link = LinkPort.pair(wire);
                Stack stack = stack(link);
                ControlSocket control = ControlSocket.open(stack)) {
            assertThat(control).isNotNull();
            assertThat(shell.run("lanes", "--pid", self)).isEqualTo(ExitStatus.OK);
            assertThat(shell.out()).contains("connections").contains("   0       43");
            assertThat(shell.run("lanes", "move", "0", "2", "--pid", self)).isZero();
            assertThat(shell.out()).contains("bucket 0 has moved to lane 2, with 0 connections");
            assertThat(stack.buckets().lane(0)).isEqualTo(2);
            assertThat(shell.run("lanes", "rebalance", "--pid", self)).isZero();
            assertThat(shell.out()).contains("buckets have moved");
            assertThat(shell.run("lanes", "move", "128", "0", "--pid", self))
                    .isEqualTo(ExitStatus.FAILED);
            assertThat(shell.err()).contains("there is no bucket 128").hasLineCount(1);
        }
    }

    @Test
    void whatCannotBeAskedIsSaidInOneLine() {
        assertThat(shell.run("lanes", "dance")).isEqualTo(ExitStatus.USAGE);
        assertThat(shell.err()).contains("show, rebalance, or move").hasLineCount(1);
        assertThat(shell.run("lanes", "move", "1")).isEqualTo(ExitStatus.USAGE);
        assertThat(shell.run("lanes", "--pid", "999999999")).isEqualTo(ExitStatus.FAILED);
        assertThat(shell.err()).contains("does not answer");
    }
}
