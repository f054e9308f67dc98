package io.ringway.programs;

import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPool;
import redis.clients.jedis.Pipeline;

import java.util.List;

/** Jedis, which uses {@link java.net.Socket}, as a client of a Redis server over the kernel. */
final class JedisProgram {
    private JedisProgram() {}

    public static void main(String[] arguments) throws Exception {
        try (JedisPool pool = new JedisPool(Run.KERNEL, 6379);
                Jedis jedis = pool.getResource()) {
            Run.require(jedis.ping().equals("PONG"), "ping");
            for (int i = 0; i < 500; i++) {
                String _ = jedis.set("key" + i, "value" + "x".repeat(i));
            }
            for (int i = 0; i < 500; i++) {
                Run.require(jedis.get("key" + i).equals("value" + "x".repeat(i)), "get " + i);
            }
            try (Pipeline pipeline = jedis.pipelined()) {
                for (int i = 0; i < 500; i++) {
                    Object _ = pipeline.incr("counter");
                }
                List<Object> answers = pipeline.syncAndReturnAll();
                Run.require(answers.getLast().equals(500L), "counted " + answers.getLast());
            }
            String _ = jedis.set("jedis", "done");
        }
        Run.ready();
        Run.end();
    }
}
