package io.ringway.bench.inlining;

/**
 * A call that C2 looked at while it compiled a method, and what became of it.
 *
 * @param caller the method that holds the call, itself perhaps inlined
 * @param callee the method called, as {@code package.Class::name}
 * @param bytes of byte code that the callee has
 * @param verdict in the words of {@code -XX:+PrintInlining}
 */
record Call(String caller, String callee, int bytes, String verdict) {}
