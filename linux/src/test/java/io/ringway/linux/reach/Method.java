package io.ringway.linux.reach;

import java.util.List;

/**
 * What the bytecode of one method says.
 *
 * @param owner its class, with slashes
 * @param isAbstract whether there is no code: subclasses have it
 * @param takesMonitor whether it is synchronized, or has a synchronized block
 * @param calls what it calls, lambdas that it makes among them
 */
record Method(
        String owner,
        String name,
        String descriptor,
        boolean isAbstract,
        boolean takesMonitor,
        List<Call> calls) {

    /**
     * A call as it stands in the bytecode.
     *
     * @param isVirtual whether a subclass may answer it
     */
    record Call(String owner, String name, String descriptor, boolean isVirtual) {
        @Override
        public String toString() {
            return owner.replace('/', '.') + "." + name;
        }
    }

    String key() {
        return name + descriptor;
    }

    @Override
    public String toString() {
        return owner.replace('/', '.') + "." + name;
    }
}
