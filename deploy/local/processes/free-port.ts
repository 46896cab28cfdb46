import { randomInt } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { z } from 'zod';

const portsSchema = z.array(z.number().int().min(1).max(65_535));
const LOOPBACK = '127.0.0.1';

/**
 * Below those that systems lend to outgoing connections (from 32,768 on with Linux): a port of theirs may be lent to
 * somebody else between this choice and the moment when a server listens.
 */
const LOWEST_PORT = 12_000;
const HIGHEST_PORT = 32_000;

/** @returns a port of the loopback address that was free a moment ago. */
export async function findFreePort(): Promise<number> {
  const port = randomInt(LOWEST_PORT, HIGHEST_PORT + 1);
  return (await isPortFree(port)) ? port : findFreePort();
}

export async function isPortFree(port: number): Promise<boolean> {
  try {
    await listenBriefly(port);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE' || code === 'EACCES') return false;
    throw error;
  }
}

/** @throws with advice when another program listens there. */
export async function requireFreePort(port: number, purpose: string): Promise<void> {
  if (await isPortFree(port)) return;
  throw new Error(
    `Port ${port} is wanted for ${purpose}, but another program listens on it. ` +
      `Stop that program (lsof -i :${port} names it), or choose another port.`,
  );
}

/**
 * The ports that `path` has written down, or fresh ones, which it then writes down: an address stays the same over
 * restarts. When another program has taken one of them meanwhile, all are chosen anew and `onMoved` is told.
 */
export async function rememberPorts(path: string, count: number, onMoved: (taken: number) => void): Promise<number[]> {
  const remembered = readPorts(path);
  if (remembered.length === count) {
    const taken = await firstTaken(remembered);
    if (taken === undefined) return remembered;
    onMoved(taken);
  }
  const fresh: number[] = [];
  while (fresh.length < count) {
    const port = await findFreePort();
    if (!fresh.includes(port)) fresh.push(port);
  }
  writeFileSync(path, JSON.stringify(fresh));
  return fresh;
}

async function firstTaken(ports: readonly number[]): Promise<number | undefined> {
  for (const port of ports) if (!(await isPortFree(port))) return port;
  return undefined;
}

function readPorts(path: string): number[] {
  if (!existsSync(path)) return [];
  try {
    return portsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return [];
  }
}

function listenBriefly(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => server.close(() => resolve()));
  });
}
