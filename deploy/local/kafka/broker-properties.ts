/** Where one node of the cluster listens; its place in the list of nodes makes its id (the first is 1). */
export interface NodePorts {
  readonly broker: number;
  /** Where clients are sent, when that is somewhere else. */
  readonly advertised?: number;
  readonly controller: number;
}

/** For brokers whose clients come over TLS and say who they are. */
export interface ClientSecurity {
  /** PKCS12, with the brokers' key and certificate. */
  readonly keystore: string;
  readonly keystorePassword: string;
  readonly username: string;
  readonly password: string;
}

const HOST = '127.0.0.1';
const PLAIN = 'org.apache.kafka.common.security.plain.PlainLoginModule';
const SCRAM = 'org.apache.kafka.common.security.scram.ScramLoginModule';

/**
 * The server.properties of one node. Every node is broker and controller (KRaft). A single node keeps one copy of
 * everything; a cluster keeps three and acknowledges a write when two have it, as a production cluster does.
 */
export function brokerProperties(
  nodes: readonly NodePorts[],
  index: number,
  directory: string,
  security?: ClientSecurity,
): string {
  const node = nodes[index];
  if (node === undefined) throw new Error(`A cluster of ${nodes.length} has no node ${index}.`);
  const copies = Math.min(nodes.length, 3);
  const protocol = security === undefined ? 'PLAINTEXT' : 'SASL_SSL';
  const inSync = nodes.length >= 3 ? 2 : 1;
  return lines({
    'process.roles': 'broker,controller',
    'node.id': index + 1,
    'controller.quorum.voters': nodes.map((voter, at) => `${at + 1}@${HOST}:${voter.controller}`).join(','),
    listeners: `${protocol}://${HOST}:${node.broker},CONTROLLER://${HOST}:${node.controller}`,
    'advertised.listeners': `${protocol}://${HOST}:${node.advertised ?? node.broker}`,
    'listener.security.protocol.map': `${protocol}:${protocol},CONTROLLER:PLAINTEXT`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': protocol,
    'log.dirs': directory,
    // Topics are declared in code: a misspelt name has to fail instead of making a topic.
    'auto.create.topics.enable': false,
    'default.replication.factor': copies,
    'min.insync.replicas': inSync,
    'offsets.topic.num.partitions': 4,
    'offsets.topic.replication.factor': copies,
    'transaction.state.log.num.partitions': 4,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': inSync,
    'share.coordinator.state.topic.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': copies,
    'share.coordinator.state.topic.min.isr': inSync,
    'group.initial.rebalance.delay.ms': 0,
    'log.cleaner.dedupe.buffer.size': 16_777_216,
    // How soon a killed broker is known to be gone. A broker that comes back waits for that too, so one without
    // peers, which nobody can stand in for, is given less (the default of 9 s makes drills slow).
    'broker.session.timeout.ms': nodes.length === 1 ? 3000 : 6000,
    'broker.heartbeat.interval.ms': nodes.length === 1 ? 500 : 2000,
    ...(security === undefined ? {} : securityProperties(security)),
  });
}

/** The brokers speak with each other as that user too. */
function securityProperties(security: ClientSecurity): Record<string, string> {
  const { keystore, keystorePassword, username, password } = security;
  const user = `username="${username}" password="${password}"`;
  return {
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256',
    'sasl.mechanism.inter.broker.protocol': 'PLAIN',
    'listener.name.sasl_ssl.plain.sasl.jaas.config': `${PLAIN} required ${user} user_${username}="${password}";`,
    'listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config': `${SCRAM} required;`,
    'ssl.keystore.type': 'PKCS12',
    'ssl.keystore.location': keystore,
    'ssl.keystore.password': keystorePassword,
    'ssl.truststore.type': 'PKCS12',
    'ssl.truststore.location': keystore,
    'ssl.truststore.password': keystorePassword,
  };
}

/** What formatting a log directory needs besides, so that the user is known from the first connection on. */
export function credentialArguments({ username, password }: ClientSecurity): string[] {
  return ['--add-scram', `SCRAM-SHA-256=[name=${username},password=${password}]`];
}

function lines(properties: Readonly<Record<string, string | number | boolean>>): string {
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
