package io.ringway.testkit.script;

/**
 * A word of the language.
 *
 * @param kind what it is
 * @param text as it stands in the script, without quotes
 * @param line where it begins, from 1
 */
record Token(Kind kind, String text, int line) {
    enum Kind {
        WORD,
        /** Decimal, with a sign perhaps. */
        INTEGER,
        /** With {@code 0x}. */
        HEX,
        /** With a point, or an exponent. */
        FLOAT,
        STRING,
        BACKQUOTED,
        /** Between {@code %{} and <code>}%</code>. */
        CODE,
        /** {@code --name}, with {@code =value} if there is one. */
        OPTION,
        ELLIPSIS,
        IPV4,
        SYMBOL,
        END
    }

    boolean isSymbol(char symbol) {
        return kind == Kind.SYMBOL && text.charAt(0) == symbol;
    }

    boolean isWord(String word) {
        return kind == Kind.WORD && text.equals(word);
    }

    @Override
    public String toString() {
        return kind == Kind.END ? "the end of the script" : "'" + text + "'";
    }
}
