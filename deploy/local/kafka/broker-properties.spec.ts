import { brokerProperties, type NodePorts } from './broker-properties';

const THREE: NodePorts[] = [
  { broker: 1001, controller: 2001 },
  { broker: 1002, controller: 2002 },
  { broker: 1003, controller: 2003 },
];

describe('brokerProperties', () => {
  it('binds every listener to the loopback address', () => {
    const listeners = brokerProperties(THREE, 1, '/logs').match(/^(advertised\.)?listeners=.*$/gm);
    expect(listeners).toEqual([
      'listeners=PLAINTEXT://127.0.0.1:1002,CONTROLLER://127.0.0.1:2002',
      'advertised.listeners=PLAINTEXT://127.0.0.1:1002',
    ]);
  });

  it('keeps three copies in a cluster, two of them for an acknowledgement', () => {
    const properties = brokerProperties(THREE, 0, '/logs');
    expect(properties).toContain('default.replication.factor=3\nmin.insync.replicas=2\n');
    expect(properties).toContain('controller.quorum.voters=1@127.0.0.1:2001,2@127.0.0.1:2002,3@127.0.0.1:2003\n');
    expect(properties).toContain('broker.session.timeout.ms=6000\n');
  });

  it('opens no listener in plain text to clients that must say who they are', () => {
    const security = { keystore: '/keys', keystorePassword: 'k', username: 'floopy', password: 'p' };
    const properties = brokerProperties(THREE, 0, '/logs', security);
    expect(properties).toContain('listeners=SASL_SSL://127.0.0.1:1001,CONTROLLER://127.0.0.1:2001\n');
    expect(properties).not.toContain('PLAINTEXT:PLAINTEXT');
  });

  it('keeps one copy on a single broker, and never makes a topic by itself', () => {
    const properties = brokerProperties(THREE.slice(0, 1), 0, '/logs');
    expect(properties).toContain('default.replication.factor=1\nmin.insync.replicas=1\n');
    expect(properties).toContain('auto.create.topics.enable=false\n');
  });
});
