package io.ringway;

import io.ringway.port.Port;

/**
 * Opens ports by a text, for programs that know no port by its class. Found as a service ({@link
 * java.util.ServiceLoader}): {@code io.ringway.linux} provides the one for {@code tap0}, {@code
 * packet:eth0}, {@code xdp:eth0} and {@code auto:eth0}.
 */
public interface PortProvider {
    /**
     * Opens the port that {@code text} names, for a stack with that configuration.
     *
     * @throws IllegalArgumentException when the text is no port; the message says what one is
     * @throws io.ringway.port.PortException when the interface or the privilege is missing; it says
     *     what to do
     */
    Port open(String text, StackConfig config);
}
