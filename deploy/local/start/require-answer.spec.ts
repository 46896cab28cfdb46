import { createServer, type AddressInfo } from 'node:net';
import { findFreePort } from '../processes/free-port';
import { requireAnswer } from './require-answer';

describe('requireAnswer', () => {
  it('is content when one of the addresses takes connections', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await expect(requireAnswer(['127.0.0.1:1', `127.0.0.1:${port}`], 'KAFKA_BROKERS')).resolves.toBeUndefined();
    await new Promise((resolve) => server.close(resolve));
  });

  it.each(['no-port', 'host:0', 'host:99999', 'http://host'])('does not take %s for an address', async (address) => {
    await expect(requireAnswer([address], 'KAFKA_BROKERS')).rejects.toThrow(/nothing answers there/);
  });

  it('says what was set, and the two ways out, when nothing answers', async () => {
    const port = await findFreePort();
    await expect(requireAnswer([`127.0.0.1:${port}`], 'DATABASE_URL')).rejects.toThrow(
      `DATABASE_URL names 127.0.0.1:${port}, but nothing answers there. ` +
        'Start that server, or unset DATABASE_URL to have one started here.',
    );
  });
});
