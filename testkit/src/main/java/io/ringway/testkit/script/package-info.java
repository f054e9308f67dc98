/**
 * Runs scripts in the packetdrill language against the stack, in virtual time.
 *
 * <p>{@code Lexer} and {@code Parser} make a {@code Script} of a text; {@code ScriptRun} plays its
 * events; {@code Machine} is the stack with a wire that ends in the script; {@code SocketCalls}
 * maps system calls onto the stack's own interface. Begin with {@link
 * io.ringway.testkit.script.ScriptRunner}.
 */
@org.jspecify.annotations.NullMarked
package io.ringway.testkit.script;
