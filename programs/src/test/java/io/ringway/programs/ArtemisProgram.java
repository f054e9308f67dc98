package io.ringway.programs;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;

import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

import java.util.Arrays;

/** An ActiveMQ Artemis broker, and JMS clients. */
final class ArtemisProgram {
    private static final String BROKER =
            "tcp://" + Run.HOST + ":61616?useEpoll=false&useKQueue=false";

    private ArtemisProgram() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length > 0) {
            ask("kernel");
            System.out.println("ASKED");
            Run.end();
        }
        Configuration configuration =
                new ConfigurationImpl()
                        .setPersistenceEnabled(false)
                        .setSecurityEnabled(false)
                        .setMaxDiskUsage(-1)
                        .addAcceptorConfiguration("tcp", BROKER);
        EmbeddedActiveMQ broker = new EmbeddedActiveMQ().setConfiguration(configuration);
        Object _ = broker.start();
        ask("own");
        Run.ready();
        Object _ = broker.stop();
        Run.end();
    }

    private static void ask(String name) throws Exception {
        byte[] file = Run.file();
        try (ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(BROKER);
                Connection connection = factory.createConnection();
                Session session = connection.createSession()) {
            connection.start();
            Queue queue = session.createQueue(name);
            try (MessageProducer producer = session.createProducer(queue);
                    MessageConsumer consumer = session.createConsumer(queue)) {
                for (int i = 0; i < 200; i++) {
                    BytesMessage sent = session.createBytesMessage();
                    sent.writeBytes(Arrays.copyOf(file, i * 1500));
                    producer.send(sent);
                }
                for (int i = 0; i < 200; i++) {
                    BytesMessage got = (BytesMessage) consumer.receive();
                    byte[] body = new byte[(int) got.getBodyLength()];
                    int _ = got.readBytes(body);
                    Run.require(Arrays.equals(body, Arrays.copyOf(file, i * 1500)), "message " + i);
                }
            }
        }
    }
}
