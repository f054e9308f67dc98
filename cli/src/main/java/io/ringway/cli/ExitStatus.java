package io.ringway.cli;

/** What the command's exit status means; {@code ringway --help} lists them. */
final class ExitStatus {
    /** It worked. */
    static final int OK = 0;

    /** It did not work: a connection refused, a file that is not there, a port in use. */
    static final int FAILED = 1;

    /** The command line is wrong: an unknown option, a bad address, an impossible number. */
    static final int USAGE = 2;

    /** This machine or this user does not allow it: no privilege, no {@code /dev/net/tun}. */
    static final int NOT_ALLOWED = 3;

    /** Nobody answered in time. */
    static final int TIMED_OUT = 4;

    /** A mistake of ours. */
    static final int BUG = 70;

    private ExitStatus() {}
}
