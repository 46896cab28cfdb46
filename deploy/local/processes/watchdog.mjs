// Ends child processes whose parent was killed before it could do so itself. It lives in a process of its own; its
// standard input is a pipe from the parent, and the end of that pipe is how it learns of the parent's death.
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 50;
const watched = new Map();

// A Ctrl-C reaches the whole foreground group: the parent tidies up by itself, and the watchdog has to outlive it.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});

for await (const line of createInterface({ input: process.stdin })) {
  const { watch, forget } = JSON.parse(line);
  if (watch !== undefined) watched.set(watch.pid, watch);
  if (forget !== undefined) watched.delete(forget);
}

// Last started, first ended: the applications before the servers that they use.
for (const { pid, signal, graceMs } of [...watched.values()].reverse()) await end(pid, signal, graceMs);

async function end(pid, signal, graceMs) {
  send(pid, signal);
  const deadline = Date.now() + graceMs;
  while (send(pid, 0)) {
    if (Date.now() > deadline) return send(pid, 'SIGKILL');
    await sleep(POLL_MS);
  }
}

function send(pid, signal) {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
