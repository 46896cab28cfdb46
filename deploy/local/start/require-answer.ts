import { connect } from 'node:net';

const TIMEOUT_MS = 5000;

/** @throws when none of the addresses takes a connection. `setting` is where the person wrote them. */
export async function requireAnswer(addresses: readonly string[], setting: string): Promise<void> {
  const answers = await Promise.all(addresses.map(takesConnections));
  if (answers.includes(true)) return;
  throw new Error(
    `${setting} names ${addresses.join(',')}, but nothing answers there. ` +
      `Start that server, or unset ${setting} to have one started here.`,
  );
}

function takesConnections(address: string): Promise<boolean> {
  const { host, port } = splitAddress(address);
  if (port === undefined) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: TIMEOUT_MS });
    const finish = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => finish(true));
    socket.once('timeout', () => finish(false));
    socket.once('error', () => finish(false));
  });
}

/** `host:port`, where the host may be an IPv6 address in brackets. */
function splitAddress(address: string): { host: string; port: number | undefined } {
  const match = /^\[?(.+?)\]?:(\d{1,5})$/.exec(address);
  const port = Number(match?.[2]);
  return { host: match?.[1] ?? '', port: port >= 1 && port <= 65_535 ? port : undefined };
}
