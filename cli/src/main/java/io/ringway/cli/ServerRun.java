package io.ringway.cli;

import io.ringway.TcpHandler;
import io.ringway.cli.show.Terminal;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import java.io.PrintWriter;
import java.util.function.Function;

/**
 * What all servers of this command have in common: they listen, say how to reach them, and run
 * until Ctrl-C.
 */
final class ServerRun {
    private ServerRun() {}

    /**
     * Runs a server until the process is interrupted.
     *
     * @param what what it does, for the line that says so
     * @param client the command that a client would run, made from the server's address and port
     */
    static int untilInterrupted(
            StackOptions options,
            int port,
            TcpHandler handler,
            String what,
            Function<Endpoint, String> client,
            PrintWriter out) {
        checkPort(port);
        options.listensOn(port);
        Terminal terminal = Terminal.standard();
        try (RunningStack running = RunningStack.open(options, terminal)) {
            running.stack().listen(port, handler);
            running.start();
            String where =
                    running.network().isOurs() ? "in another terminal" : "on another machine";
            out.println(what + " on port " + port + ". Ctrl-C ends it. Try, " + where + ":");
            for (boolean isIpv4 : new boolean[] {true, false}) {
                IpAddress address = options.address(isIpv4);
                if (address != null) {
                    out.println(
                            "  "
                                    + running.network().prefix()
                                    + client.apply(new Endpoint(address, port)));
                }
            }
            out.flush();
            running.stack().awaitClose();
            return ExitStatus.OK;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitStatus.OK;
        }
    }

    /** Ends the command when there is no such port. */
    static void checkPort(int port) {
        if (port < 1 || port > Endpoint.MAX_PORT) {
            throw Failure.usage(
                    "a port is a number from 1 to " + Endpoint.MAX_PORT + "; given " + port);
        }
    }
}
