package io.ringway.jar;

import io.ringway.nio.Doors;

/** {@link EchoProgram} with the one call that puts its sockets on Ringway. */
final class InstallingProgram {
    private InstallingProgram() {}

    public static void main(String[] args) throws Exception {
        Doors.install();
        EchoProgram.main(args);
    }
}
