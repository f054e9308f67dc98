package io.ringway.testkit.script;

/** Looks ahead in a script for what must be known before it is played. */
final class ScriptPrescan {
    private final Script script;

    ScriptPrescan(Script script) {
        this.script = script;
    }

    /** Whether there are packets behind the event of this index. */
    boolean hasPacketsAfter(int index) {
        return script.events().stream()
                .skip(index + 1L)
                .anyMatch(event -> event.action() instanceof Action.Packet);
    }
}
