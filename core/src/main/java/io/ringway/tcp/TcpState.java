package io.ringway.tcp;

/** The states of a connection (RFC 9293 §3.3.2). */
public enum TcpState {
    CLOSED,
    LISTEN,
    SYN_SENT,
    SYN_RECEIVED,
    ESTABLISHED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    CLOSE_WAIT,
    CLOSING,
    LAST_ACK,
    TIME_WAIT;

    // The numbers that a TCB stores: the ordinals, as constants, so that segment processing
    // compares ints.
    static final int N_CLOSED = 0;
    static final int N_LISTEN = 1;
    static final int N_SYN_SENT = 2;
    static final int N_SYN_RECEIVED = 3;
    static final int N_ESTABLISHED = 4;
    static final int N_FIN_WAIT_1 = 5;
    static final int N_FIN_WAIT_2 = 6;
    static final int N_CLOSE_WAIT = 7;
    static final int N_CLOSING = 8;
    static final int N_LAST_ACK = 9;
    static final int N_TIME_WAIT = 10;

    private static final TcpState[] BY_NUMBER = values();

    static TcpState of(int number) {
        return BY_NUMBER[number];
    }
}
