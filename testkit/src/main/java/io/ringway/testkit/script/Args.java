package io.ringway.testkit.script;

import java.util.List;

/** The arguments of one system call. */
final class Args {
    private final Action.Call call;
    private final Symbols symbols;

    Args(Action.Call call, Symbols symbols) {
        this.call = call;
        this.symbols = symbols;
    }

    /** Fails unless there are so many. */
    void count(int count) {
        if (call.arguments().size() != count) {
            throw new SkipException(
                    call.name()
                            + " takes "
                            + count
                            + " arguments, found "
                            + call.arguments().size());
        }
    }

    int size() {
        return call.arguments().size();
    }

    Expr at(int index) {
        if (index >= call.arguments().size()) {
            throw new SkipException(call.name() + " lacks argument " + (index + 1));
        }
        return call.arguments().get(index);
    }

    boolean isAny(int index) {
        return at(index) instanceof Expr.Any;
    }

    long number(int index) {
        return symbols.number(at(index));
    }

    int integer(int index) {
        return (int) number(index);
    }

    /** A length for a buffer that is not given. */
    int length(int index) {
        long length = number(index);
        if (length < 0 || length > 1 << 28) {
            throw new SkipException("a length of " + length + " is not supported");
        }
        return (int) length;
    }

    /** A name, not its value. */
    String name(int index) {
        if (at(index) instanceof Expr.Name name) {
            return name.name();
        }
        throw new SkipException("expected a name, found " + at(index));
    }

    /** Whether a buffer is a null pointer. */
    boolean isNull(int index) {
        return at(index) instanceof Expr.Name(String name) && name.equals("NULL");
    }

    /** The buffer of a read or a write must not be given, but may be a null pointer. */
    void buffer(int index) {
        if (!isAny(index) && !isNull(index)) {
            throw new SkipException("a buffer other than ... is not supported: " + at(index));
        }
    }

    List<Expr> items(int index) {
        if (at(index) instanceof Expr.Items items) {
            return items.values();
        }
        throw new SkipException("expected a list in brackets, found " + at(index));
    }

    /** The fields of a structure. */
    static Expr.Struct struct(Expr expression) {
        if (expression instanceof Expr.Struct struct) {
            return struct;
        }
        throw new SkipException("expected a structure in braces, found " + expression);
    }

    /** A field of a structure. */
    static Expr field(Expr.Struct struct, String name) {
        Expr value = struct.fields().get(name);
        if (value == null) {
            throw new SkipException("the field " + name + " is missing in " + struct);
        }
        return value;
    }

    Symbols symbols() {
        return symbols;
    }

    @Override
    public String toString() {
        return call.toString();
    }
}
