package io.ringway.testkit.script;

import java.util.List;
import java.util.Map;

/**
 * A script that has been read.
 *
 * @param name the file's name, for messages
 * @param options what stands in {@code --name=value} lines, in their order; the last of a name
 *     holds
 * @param setup commands before the first event
 * @param events what happens, in its order
 */
record Script(String name, Map<String, String> options, List<String> setup, List<Event> events) {
    /**
     * One line of the script.
     *
     * @param line its number, from 1
     */
    record Event(int line, EventTime time, Action action) {
        boolean isInboundPacket() {
            return action instanceof Action.Packet packet && packet.isInbound();
        }

        boolean isOutboundPacket() {
            return action instanceof Action.Packet packet && !packet.isInbound();
        }
    }
}
