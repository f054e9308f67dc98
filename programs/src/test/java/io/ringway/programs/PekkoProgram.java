package io.ringway.programs;

import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.Tcp;
import org.apache.pekko.util.ByteString;

import java.util.Arrays;
import java.util.List;

/** Pekko's streams over TCP: an echo, and a client of it. */
final class PekkoProgram {
    private static final int PORT = 7;

    private PekkoProgram() {}

    public static void main(String[] arguments) throws Exception {
        ActorSystem system = ActorSystem.create("test");
        Tcp tcp = Tcp.get(system);
        Object _ =
                tcp.bind(Run.HOST, PORT)
                        .to(
                                Sink.foreach(connection ->
                                        connection.handleWith(Flow.of(ByteString.class), system)))
                        .run(system)
                        .toCompletableFuture()
                        .get();
        byte[] file = Run.file();
        for (int i = 0; i < 10; i++) {
            ByteString echoed =
                    Source.from(List.of(file))
                            .map(ByteString::fromArray)
                            .via(tcp.outgoingConnection(Run.HOST, PORT))
                            .runFold(ByteString.emptyByteString(), ByteString::concat, system)
                            .toCompletableFuture()
                            .get();
            Run.require(Arrays.equals(echoed.toArray(), file), "echo " + i);
        }
        Run.ready();
        Run.end();
    }
}
