import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { temporaryDirectory, type TemporaryDirectory } from '../../../test/support/temporary-directory';
import { findFreePort, isPortFree, rememberPorts, requireFreePort } from './free-port';

let directory: TemporaryDirectory;
let file: string;
beforeEach(() => {
  directory = temporaryDirectory();
  file = join(directory.path, 'ports.json');
});
afterEach(() => directory.remove());

describe('rememberPorts', () => {
  it('answers the same ports at every start', async () => {
    const first = await rememberPorts(file, 3, unexpected);
    expect(new Set(first).size).toBe(3);
    expect(await rememberPorts(file, 3, unexpected)).toEqual(first);
  });

  it('moves when another program has taken a port, says so, and writes the move down', async () => {
    const [taken = 0] = await rememberPorts(file, 1, unexpected);
    const moved: number[] = [];
    const [next] = await whileTaken(taken, () => rememberPorts(file, 1, (port) => moved.push(port)));
    expect(moved).toEqual([taken]);
    expect(next).not.toBe(taken);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual([next]);
  });

  it('chooses anew when a killed start has left half a file', async () => {
    writeFileSync(file, '[123');
    expect(await rememberPorts(file, 2, unexpected)).toHaveLength(2);
  });
});

describe('findFreePort', () => {
  it('chooses none that the system may lend to an outgoing connection before a server listens there', async () => {
    const lowestLentByLinux = 32_768;
    for (const port of await Promise.all(Array.from({ length: 50 }, findFreePort))) {
      expect(port).toBeLessThan(lowestLentByLinux);
      expect(await isPortFree(port)).toBe(true);
    }
  });
});

describe('requireFreePort', () => {
  it('names the port, its purpose and the way out when another program has it', async () => {
    const port = await findFreePort();
    await expect(requireFreePort(port, 'the API')).resolves.toBeUndefined();
    await whileTaken(port, async () => {
      expect(await isPortFree(port)).toBe(false);
      await expect(requireFreePort(port, 'the API')).rejects.toThrow(
        new RegExp(`Port ${port} is wanted for the API.*lsof -i :${port}.*choose another port`),
      );
    });
  });
});

async function whileTaken<Result>(port: number, work: () => Promise<Result>): Promise<Result> {
  const server = await new Promise<Server>((resolve) => {
    const listening: Server = createServer().listen(port, '127.0.0.1', () => resolve(listening));
  });
  try {
    return await work();
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

function unexpected(port: number): void {
  throw new Error(`port ${port} was not expected to be taken`);
}
