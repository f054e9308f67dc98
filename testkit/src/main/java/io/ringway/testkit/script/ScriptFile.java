package io.ringway.testkit.script;

/** What a file descriptor of a script stands for. */
abstract sealed class ScriptFile permits TcpFile, UdpFile, EpollFile, PlainFile {
    /** Set by fcntl. */
    boolean isNonBlocking;

    /** How often something new could be read, and room appeared to write: for epoll's edges. */
    int readEdges;

    int writeEdges;

    int errorEdges;

    /** What poll says of it, all of the bits that hold. */
    abstract int events();

    abstract void close();
}
