package io.ringway.testkit.script;

import io.ringway.wire.TcpOptions;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Reads the options of a TCP segment, between angle brackets. */
final class OptionParser {
    private static final long MAX_U32 = 0xffff_ffffL;

    private final TokenStream tokens;

    OptionParser(TokenStream tokens) {
        this.tokens = tokens;
    }

    /** The options; an empty list when nothing is said, and null for those that do not matter. */
    @Nullable List<OptionSpec> list(boolean isInbound) {
        List<OptionSpec> options = new ArrayList<>();
        // The next event's line may begin with a time, but never with an angle bracket.
        if (!tokens.accept('<')) {
            return options;
        }
        if (tokens.is(Token.Kind.ELLIPSIS)) {
            if (isInbound) {
                throw tokens.error("options (<...> is for what is sent)");
            }
            tokens.next();
            tokens.expect('>');
            return null;
        }
        if (tokens.accept('>')) {
            return options;
        }
        do {
            options.add(option());
        } while (tokens.accept(','));
        tokens.expect('>');
        return options;
    }

    private OptionSpec option() {
        Token name = tokens.peek();
        return switch (tokens.word()) {
            case "nop" -> new OptionSpec.Filler(false);
            case "eol" -> new OptionSpec.Filler(true);
            case "mss" -> new OptionSpec.Mss((int) tokens.number(0xffff));
            case "wscale" -> new OptionSpec.WindowScale((int) tokens.number(0xff));
            case "sackOK" -> new OptionSpec.SackPermitted();
            case "sack" -> sack();
            case "TS" -> timestamps();
            case "FO" -> new OptionSpec.FastOpen(blob(), false);
            case "FOEXP" -> new OptionSpec.FastOpen(blob(), true);
            case "ECN", "exp-ecn", "ACCECN", "AccECN" ->
                    throw new SkipException(name.line(), "AccECN (RFC 9768) is not supported");
            case "ACO", "md5noprefix", "mpcapable", "mp_capable", "mp_join", "add_address", "dss" ->
                    throw new SkipException(
                            name.line(), "the TCP option " + name.text() + " is not supported");
            case "md5" -> OptionSpec.Other.of(TcpOptions.KIND_MD5, bytes(name, blob()));
            default -> throw new SkipException(name.line(), "unknown TCP option " + name);
        };
    }

    private OptionSpec sack() {
        List<OptionSpec.Block> blocks = new ArrayList<>();
        while (tokens.is(Token.Kind.INTEGER)) {
            long start = tokens.number(MAX_U32);
            tokens.expect(':');
            blocks.add(new OptionSpec.Block(start, tokens.number(MAX_U32)));
        }
        if (blocks.isEmpty()) {
            throw tokens.error("a SACK block");
        }
        return new OptionSpec.Sack(blocks);
    }

    private OptionSpec timestamps() {
        tokens.expect("val");
        long value = timestamp();
        tokens.expect("ecr");
        return new OptionSpec.Timestamps(value, timestamp());
    }

    private long timestamp() {
        if (tokens.is(Token.Kind.ELLIPSIS) || tokens.peek().isWord("any")) {
            tokens.next();
            return -1;
        }
        return tokens.number(MAX_U32);
    }

    // A number, a word or nothing: 0102 is a number for the lexer, 01ab is not.
    private String blob() {
        if (!tokens.is(Token.Kind.WORD) && !tokens.is(Token.Kind.INTEGER)) {
            return "";
        }
        Token token = tokens.next();
        if (token.text().startsWith("TFO_")) {
            // A name of the public suites' runner; who knows the cookie says so with --define.
            return token.text();
        }
        bytes(token, token.text());
        return token.text().toLowerCase(java.util.Locale.ROOT);
    }

    private static byte[] bytes(Token token, String hex) {
        try {
            return HexFormat.of().parseHex(hex);
        } catch (IllegalArgumentException e) {
            throw new SkipException(
                    token.line(), "syntax: expected octets in hexadecimal, found " + token);
        }
    }
}
