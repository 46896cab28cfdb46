/** Brokers that answer and do not let us in: somebody has to change a setting, or the brokers. */
export class RefusedByKafka extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'RefusedByKafka';
  }
}

const UNTRUSTED = /certificate|CERT_|ALTNAME|altnames/i;

/** Says what to change where brokers refuse a connection, in place of what the protocol calls it; any other error stays. */
export function explainRefusal(error: unknown): unknown {
  for (let link = error; link instanceof Error; link = link.cause) {
    if (link.name === 'KafkaJSSASLAuthenticationError') {
      return new RefusedByKafka(`Kafka refuses the credentials in KAFKA_SASL (${link.message})`, error);
    }
    if (UNTRUSTED.test(link.message)) {
      const advice = 'name the file of its authority in KAFKA_SSL_CA_FILE, and the brokers as the certificate does';
      return new RefusedByKafka(`Kafka's certificate is not trusted (${link.message}): ${advice}`, error);
    }
  }
  return error;
}
