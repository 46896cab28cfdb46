import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Sends usage events with Kafka's own client, which compresses with every codec and knows transactions.
 * Arguments: brokers, topic, codec or "abort" or "commit" (a transaction), how many, and a body with %d in place of the number of the request.
 */
public final class ProduceUsage {
  public static void main(String[] arguments) throws Exception {
    String mode = arguments[2];
    boolean aborts = mode.equals("abort");
    boolean transacts = aborts || mode.equals("commit");
    Properties settings = new Properties();
    settings.put("bootstrap.servers", arguments[0]);
    settings.put("compression.type", transacts ? "none" : mode);
    settings.put("linger.ms", "100");
    if (transacts) settings.put("transactional.id", mode + "-" + arguments[1]);
    try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      if (transacts) {
        producer.initTransactions();
        producer.beginTransaction();
      }
      for (int number = 0; number < Integer.parseInt(arguments[3]); number++) send(producer, arguments, number);
      producer.flush();
      if (aborts) producer.abortTransaction();
      else if (transacts) producer.commitTransaction();
    }
  }

  private static void send(KafkaProducer<String, String> producer, String[] arguments, int number) {
    String body = arguments[4].replace("%d", Integer.toString(number));
    var sent = new ProducerRecord<>(arguments[1], 0, "org_acme", body);
    var headers = List.of("ce_specversion", "1.0", "ce_type", "ai.floopy.usage.recorded.v1", "ce_source", "/java",
        "ce_id", arguments[2] + "-" + number, "ce_time", "2026-11-01T10:00:00Z", "content-type", "application/json");
    for (int at = 0; at < headers.size(); at += 2) {
      sent.headers().add(headers.get(at), headers.get(at + 1).getBytes(StandardCharsets.UTF_8));
    }
    producer.send(sent);
  }
}
