package io.ringway.programs;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;

/** A Kafka broker that is its own controller (KRaft), a producer and a consumer. */
final class KafkaProgram {
    private static final int COUNT = 2000;
    private static final String BROKER = Run.HOST + ":9092";

    private KafkaProgram() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        Path properties = directory.resolve("server.properties");
        Files.writeString(
                properties,
                """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@198.18.0.2:9093
                controller.listener.names=CONTROLLER
                listeners=PLAINTEXT://198.18.0.2:9092,CONTROLLER://198.18.0.2:9093
                advertised.listeners=PLAINTEXT://198.18.0.2:9092
                listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
                log.dirs=%s
                num.partitions=1
                offsets.topic.num.partitions=1
                offsets.topic.replication.factor=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                group.initial.rebalance.delay.ms=0
                """
                        .formatted(directory.resolve("logs")));
        int status =
                kafka.tools.StorageTool.execute(
                        new String[] {
                            "format", "-t", "MkU3OEVBNTcwNTJENDM2Qg", "-c", properties.toString()
                        },
                        System.out);
        Run.require(status == 0, "the storage is formatted");
        Thread _ =
                Thread.ofPlatform()
                        .daemon()
                        .start(() -> kafka.Kafka.main(new String[] {properties.toString()}));
        produce();
        consume();
        Run.ready();
        Run.end();
    }

    private static void produce() throws Exception {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", BROKER, "acks", "all"),
                        new StringSerializer(),
                        new StringSerializer())) {
            for (int i = 0; i < COUNT; i++) {
                sent.add(producer.send(new ProducerRecord<>("test", "key" + i, value(i))));
            }
            for (Future<RecordMetadata> record : sent) {
                Run.require(record.get().hasOffset(), "a record is stored");
            }
        }
    }

    static String value(int i) {
        return "value-" + i + "-" + "x".repeat(i % 700);
    }

    private static void consume() {
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                BROKER,
                                "group.id",
                                "group",
                                "auto.offset.reset",
                                "earliest"),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            consumer.subscribe(List.of("test"));
            int count = 0;
            while (count < COUNT) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
                    Run.require(record.value().equals(value(count)), "record " + count);
                    count++;
                }
            }
            consumer.commitSync();
        }
    }
}
