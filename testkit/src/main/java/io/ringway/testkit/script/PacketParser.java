package io.ringway.testkit.script;

import io.ringway.testkit.script.PacketSpec.TosCheck;
import io.ringway.wire.IpProtocol;
import io.ringway.wire.TcpHeader;

import org.jspecify.annotations.Nullable;

/** Reads packets, in the notation that is much like tcpdump's. */
final class PacketParser {
    private static final long MAX_U32 = 0xffff_ffffL;

    private final TokenStream tokens;
    private final OptionParser options;

    PacketParser(TokenStream tokens) {
        this.tokens = tokens;
        this.options = new OptionParser(tokens);
    }

    /** A packet whose direction has not been taken yet. */
    Action.Packet packet() {
        boolean isInbound = tokens.accept('<');
        if (!isInbound) {
            tokens.expect('>');
        }
        Token first = tokens.peek();
        for (String outer : new String[] {"ipv4", "ipv6", "gre", "GREv0", "mpls", "sctp"}) {
            if (first.isWord(outer)) {
                throw new SkipException(first.line(), outer + " in a packet is not supported");
            }
        }
        PacketSpec.Ip ip = isQuoted() ? PacketSpec.Ip.NONE : ip();
        Quoted quoted = isQuoted() ? quoted() : null;
        if (ip.check() == TosCheck.ECT01 && isInbound) {
            throw new SkipException(first.line(), "syntax: [ect01] is for what is sent");
        }
        PacketSpec spec;
        if (tokens.accept("icmp")) {
            spec = icmp(ip, quoted);
        } else if (quoted != null) {
            throw tokens.error("icmp");
        } else if (tokens.accept("udp")) {
            spec = udp(ip);
        } else {
            spec = tcp(ip, isInbound);
        }
        return new Action.Packet(isInbound, spec);
    }

    private PacketSpec.Ip ip() {
        boolean isRound = tokens.accept('(');
        if (!isRound && !tokens.accept('[')) {
            return PacketSpec.Ip.NONE;
        }
        TosCheck check = TosCheck.NONE;
        int tos = 0;
        int label = 0;
        int ttl = 0;
        do {
            Token token = tokens.peek();
            switch (tokens.word()) {
                case "noecn" -> check = TosCheck.ECN;
                case "ect1" -> {
                    check = TosCheck.ECN;
                    tos = 1;
                }
                case "ect0" -> {
                    check = TosCheck.ECN;
                    tos = 2;
                }
                case "ce" -> {
                    check = TosCheck.ECN;
                    tos = 3;
                }
                case "ect01" -> check = TosCheck.ECT01;
                case "tos" -> {
                    check = TosCheck.TOS;
                    tos = tokens.hex(0xff);
                }
                case "flowlabel" -> label = tokens.hex(0xfffff);
                case "ttl", "hlim" -> ttl = (int) tokens.number(255);
                default -> throw new SkipException(token.line(), "unknown IP field " + token);
            }
        } while (tokens.accept(','));
        tokens.expect(isRound ? ')' : ']');
        return new PacketSpec.Ip(check, tos, label, ttl);
    }

    private PacketSpec udp(PacketSpec.Ip ip) {
        int[] ports = ports();
        tokens.expect('(');
        int length = (int) tokens.number(0xffff);
        tokens.expect(')');
        return new PacketSpec.Udp(ip, ports[0], ports[1], length);
    }

    private int[] ports() {
        int[] ports = new int[2];
        if (tokens.is(Token.Kind.INTEGER) && tokens.peek(1).isSymbol('>')) {
            ports[0] = (int) tokens.number(0xffff);
            tokens.expect('>');
            ports[1] = (int) tokens.number(0xffff);
        }
        return ports;
    }

    /** What an ICMP error says of the packet that it is about. */
    private record Quoted(int protocol, long seq, int length) {}

    // [1:1001(1000)] or [udp (100)], in front of icmp or behind it.
    private boolean isQuoted() {
        return tokens.peek().isSymbol('[')
                && (tokens.peek(1).kind() == Token.Kind.INTEGER
                        || tokens.peek(1).isWord("udp")
                        || tokens.peek(1).isWord("raw"));
    }

    private Quoted quoted() {
        tokens.expect('[');
        Quoted quoted;
        if (tokens.accept("udp")) {
            quoted = new Quoted(IpProtocol.UDP, 0, inParentheses());
        } else if (tokens.peek().isWord("raw")) {
            throw new SkipException(tokens.peek().line(), "raw packets in ICMP: not supported");
        } else {
            long[] range = sequence();
            quoted = new Quoted(IpProtocol.TCP, range[0], (int) range[1]);
        }
        tokens.expect(']');
        return quoted;
    }

    private PacketSpec icmp(PacketSpec.Ip ip, @Nullable Quoted before) {
        String type = tokens.word();
        String code = null;
        if (tokens.is(Token.Kind.WORD)
                && !tokens.peek().isWord("mtu")
                && !tokens.peek().isWord("id")) {
            code = tokens.word();
        }
        int mtu = tokens.accept("mtu") ? (int) tokens.number(MAX_U32) : -1;
        int id = tokens.accept("id") ? (int) tokens.number(0xffff) : 0;
        Quoted quoted = isQuoted() ? quoted() : before;
        if (quoted == null) {
            quoted = new Quoted(IpProtocol.TCP, 0, 0);
        }
        return new PacketSpec.Icmp(
                ip, type, code, mtu, id, quoted.protocol, quoted.seq, quoted.length);
    }

    private int inParentheses() {
        tokens.expect('(');
        int value = (int) tokens.number(0xffff);
        tokens.expect(')');
        return value;
    }

    private PacketSpec tcp(PacketSpec.Ip ip, boolean isInbound) {
        int[] ports = ports();
        Token first = tokens.peek();
        boolean isNumbered = tokens.is(Token.Kind.INTEGER) && tokens.peek(1).isSymbol('.');
        String letters = tokens.is(Token.Kind.WORD) || isNumbered ? tokens.next().text() : "";
        int ace = -1;
        int last = letters.isEmpty() ? 0 : letters.charAt(letters.length() - 1);
        if (last >= '0' && last <= '7' && tokens.peek().isSymbol('.')) {
            // FreeBSD's suite has the counter in front of the point.
            ace = last - '0';
            letters = letters.substring(0, letters.length() - 1);
        }
        boolean isAck = false;
        if (tokens.is(Token.Kind.FLOAT) && tokens.peek().text().startsWith(".")) {
            // Accurate ECN: the three flags are a counter, which follows the point.
            isAck = true;
            ace = ace(tokens.next());
        } else if (tokens.accept('.')) {
            isAck = true;
        } else if (letters.isEmpty()) {
            tokens.expect('-');
        }
        int flags = flags(letters, first) | (isAck ? TcpHeader.ACK : 0);
        if (ace >= 0) {
            flags |= aceFlags(ace);
        }
        long[] range = isInbound ? sequence() : anySequence();
        long ack = tokens.accept("ack") ? tokens.number(MAX_U32) : 0;
        int window = tokens.accept("win") ? (int) tokens.number(0xffff) : -1;
        if (window < 0 && isInbound) {
            throw new SkipException(first.line(), "syntax: a packet to be received needs a win");
        }
        int urgent = tokens.accept("urg") ? (int) tokens.number(0xffff) : 0;
        var list = options.list(isInbound);
        if (tokens.peek().isSymbol('{')) {
            throw new SkipException(first.line(), "mutations of packets are not supported");
        }
        return new PacketSpec.Tcp(
                ip,
                ports[0],
                ports[1],
                flags,
                ace,
                range[0],
                (int) range[1],
                ack,
                window,
                urgent,
                list);
    }

    private static int ace(Token token) {
        String digits = token.text().substring(1);
        if (digits.length() != 1 || digits.charAt(0) > '7') {
            throw new SkipException(
                    token.line(), "syntax: an ACE counter is from 0 to 7: " + token);
        }
        return digits.charAt(0) - '0';
    }

    private static int aceFlags(int ace) {
        return ((ace & 4) != 0 ? PacketSpec.Tcp.AE : 0)
                | ((ace & 2) != 0 ? TcpHeader.CWR : 0)
                | ((ace & 1) != 0 ? TcpHeader.ECE : 0);
    }

    private static int flags(String letters, Token token) {
        int flags = 0;
        for (int i = 0; i < letters.length(); i++) {
            int flag = flag(letters.charAt(i));
            if (flag == 0) {
                throw new SkipException(
                        token.line(), "syntax: expected the flags of a segment, found " + token);
            }
            flags |= flag;
        }
        return flags;
    }

    private static int flag(char letter) {
        return switch (letter) {
            case 'F' -> TcpHeader.FIN;
            case 'S' -> TcpHeader.SYN;
            case 'R' -> TcpHeader.RST;
            case 'P' -> TcpHeader.PSH;
            case 'U' -> TcpHeader.URG;
            case 'E' -> TcpHeader.ECE;
            case 'W' -> TcpHeader.CWR;
            case 'A' -> PacketSpec.Tcp.AE;
            default -> 0;
        };
    }

    /** The same, or {@code ...(1000)} for whatever number it has. */
    private long[] anySequence() {
        if (!tokens.is(Token.Kind.ELLIPSIS)) {
            return sequence();
        }
        tokens.next();
        return new long[] {PacketSpec.Tcp.ANY_SEQ, inParentheses()};
    }

    /** The first number and the length of {@code 1:1001(1000)}. */
    private long[] sequence() {
        Token first = tokens.peek();
        long start = tokens.number(MAX_U32);
        tokens.expect(':');
        long end = tokens.number(MAX_U32);
        int length = inParentheses();
        if (((start + length) & MAX_U32) != end) {
            throw new SkipException(
                    first.line(), "syntax: " + start + ":" + end + " is not of length " + length);
        }
        return new long[] {start, length};
    }
}
