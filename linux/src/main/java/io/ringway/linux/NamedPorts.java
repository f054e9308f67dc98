package io.ringway.linux;

import io.ringway.PortProvider;
import io.ringway.StackConfig;
import io.ringway.port.Port;

/** The ports of Linux by their names, for programs that know none by its class. */
public final class NamedPorts implements PortProvider {
    /** For {@link java.util.ServiceLoader}. */
    public NamedPorts() {}

    @Override
    public Port open(String text, StackConfig config) {
        return Ports.open(text, config);
    }
}
