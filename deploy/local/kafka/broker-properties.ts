/** Where one node of the cluster listens; its place in the list of nodes makes its id (the first is 1). */
export interface NodePorts {
  readonly broker: number;
  readonly controller: number;
}

const HOST = '127.0.0.1';

/**
 * The server.properties of one node. Every node is broker and controller (KRaft). A single node keeps one copy of
 * everything; a cluster keeps three and acknowledges a write when two have it, as a production cluster does.
 */
export function brokerProperties(nodes: readonly NodePorts[], index: number, directory: string): string {
  const node = nodes[index];
  if (node === undefined) throw new Error(`A cluster of ${nodes.length} has no node ${index}.`);
  const copies = Math.min(nodes.length, 3);
  const inSync = nodes.length >= 3 ? 2 : 1;
  return lines({
    'process.roles': 'broker,controller',
    'node.id': index + 1,
    'controller.quorum.voters': nodes.map((voter, at) => `${at + 1}@${HOST}:${voter.controller}`).join(','),
    listeners: `PLAINTEXT://${HOST}:${node.broker},CONTROLLER://${HOST}:${node.controller}`,
    'advertised.listeners': `PLAINTEXT://${HOST}:${node.broker}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
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
  });
}

function lines(properties: Readonly<Record<string, string | number | boolean>>): string {
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
