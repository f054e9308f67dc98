package io.ringway.testkit.script;

/** A file on a disk that a script has opened, to send from. */
final class PlainFile extends ScriptFile {
    @Override
    int events() {
        return EpollFile.IN | EpollFile.OUT;
    }

    @Override
    void close() {
        // There is nothing behind it.
    }
}
