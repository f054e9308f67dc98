package io.ringway.testkit.network;

import org.junit.jupiter.api.extension.ExtendWith;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gives each test a {@link Network} of its own, which it takes as a parameter: unmodified programs
 * that use {@code java.nio} channels talk over it, with loss, delay and partitions, in one JVM and
 * without root.
 *
 * <pre>{@code
 * @WithNetwork(hosts = {"client", "server"}, impair = "delay=20ms,loss=2%")
 * class OrdersTest {
 *     @Test
 *     void anOrderSurvivesAPartition(Network network) throws Exception {
 *         network.host("server").run(() -> Orders.serve(8080));
 *         var orders = network.host("client").call(() -> Orders.connect("server", 8080));
 *         network.partition(Duration.ofSeconds(10), "client", "server");
 *         assertThat(orders.place("a book")).isEqualTo("accepted");
 *     }
 * }
 * }</pre>
 *
 * <p>A thread belongs to the host in whose {@link Host#run run} it was started, and so do the
 * threads that it starts; all others belong to the first host. Host names resolve ({@code
 * InetAddress.getByName("server")}). Time is real: a partition of ten seconds lasts that long.
 *
 * <p>Channels are of {@link io.ringway.nio.RingwaySelectorProvider}. The extension sets the
 * property that chooses it; when the program has opened a channel before, the JVM has to be started
 * with {@code -Djava.nio.channels.spi.SelectorProvider=io.ringway.nio.RingwaySelectorProvider}, and
 * the test fails with a message that says so.
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@SuppressWarnings("exports") // Whoever writes tests with it has JUnit.
@ExtendWith(NetworkExtension.class)
public @interface WithNetwork {
    /** The hosts' names; the first has 198.18.0.1 and 2001:2::1, the second 198.18.0.2, and on. */
    String[] hosts() default {"client", "server"};

    /**
     * What happens to frames on their way from one host to another, as {@link
     * io.ringway.port.ImpairmentConfig#parse} reads it; nothing when empty.
     */
    String impair() default "";
}
