import { welcome } from './welcome';

const STARTED = {
  kafka_brokers: ['127.0.0.1:1'],
  database_url: 'postgres://postgres:secret@127.0.0.1:2/floopy',
  api_url: 'http://127.0.0.1:3',
  operator_api_key: 'key_operator',
  organizations: [{ id: 'org_acme', name: 'Acme', api_key: 'key_acme' }],
  pid: 4,
};

describe('welcome', () => {
  const usual = { directory: '/srv/local', usualDirectory: '/srv/local' };
  const text = welcome({ started: STARTED, seconds: 12.3, traffic: true, ...usual });

  it('shows the addresses, every key and three commands to try', () => {
    for (const shown of ['127.0.0.1:1', 'http://127.0.0.1:3/docs', 'key_operator', 'key_acme', '/srv/local/logs']) {
      expect(text).toContain(shown);
    }
    expect(text).toContain(
      "curl -s -H 'Authorization: Bearer key_acme' http://127.0.0.1:3/v1/organizations/org_acme/balance",
    );
    expect(text.match(/^ {2}npm run operator -- /gm)).toHaveLength(2);
  });

  it('does not show the password of the database', () => {
    expect(text).toContain('127.0.0.1:2/floopy');
    expect(text).not.toContain('secret');
  });

  it('says whether traffic is played', () => {
    expect(text).toContain('Traffic from the gateway and the playground is playing');
    expect(welcome({ started: STARTED, seconds: 1, traffic: false, ...usual })).toContain('No traffic');
  });

  it('tells the commands where to look when that is not the usual place', () => {
    const elsewhere = welcome({ started: STARTED, seconds: 1, traffic: false, ...usual, directory: '/srv/other' });
    expect(elsewhere).toContain('\n  FLOOPY_HOME=/srv/other npm run operator -- verify\n');
    expect(elsewhere).toContain('"FLOOPY_HOME=/srv/other npm stop" in another terminal');
  });
});
