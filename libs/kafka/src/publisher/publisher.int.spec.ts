import { testServers } from '../../../../test/support/servers';
import { createTestTopic } from '../../../../test/support/test-topic';
import { createKafka } from '../connection/create-kafka';
import { readWatermarks } from '../watermarks/read-watermarks';
import { Publisher } from './publisher';

describe('Publisher', () => {
  it('publishes more for one partition at once than one batch of the broker may hold', async () => {
    const topic = await createTestTopic('publisher', {
      partitions: 2,
      settings: { 'max.message.bytes': '1048588' },
    });
    const kafka = createKafka({ brokers: testServers().kafkaBrokers, clientId: 'test' });
    const publisher = new Publisher(kafka);
    const record = { key: Buffer.from('org_acme'), value: Buffer.alloc(1_200, 'a'), headers: { ce_id: 'evt' } };
    await publisher.publish(
      topic,
      Array.from({ length: 3_000 }, () => record),
    );
    await publisher.disconnect();

    const admin = kafka.admin();
    await admin.connect();
    const watermarks = await readWatermarks(admin, topic);
    await admin.disconnect();
    expect([...watermarks.values()].map(({ high }) => high).toSorted((one, other) => one - other)).toEqual([0, 3_000]);
  });
});
