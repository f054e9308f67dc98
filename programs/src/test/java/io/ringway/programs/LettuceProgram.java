package io.ringway.programs;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;

import java.util.ArrayList;
import java.util.List;

/** Lettuce as a client of a Redis server over the kernel. */
final class LettuceProgram {
    private LettuceProgram() {}

    public static void main(String[] arguments) throws Exception {
        RedisClient client = RedisClient.create(RedisURI.create(Run.KERNEL, 6379));
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            Run.require(connection.sync().ping().equals("PONG"), "ping");
            List<RedisFuture<String>> set = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                set.add(connection.async().set("key" + i, "value" + "x".repeat(i)));
            }
            for (RedisFuture<String> each : set) {
                Run.require(each.get().equals("OK"), "set");
            }
            for (int i = 0; i < 1000; i++) {
                String got = connection.sync().get("key" + i);
                Run.require(got.equals("value" + "x".repeat(i)), "get " + i);
            }
            String _ = connection.sync().set("lettuce", "done");
        }
        Run.ready();
        Run.end();
    }
}
