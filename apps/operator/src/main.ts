#!/usr/bin/env node
import { readEnvironment } from '@floopy/runtime';
import { runOperator } from './run-operator';

async function main(): Promise<void> {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  // A reader that has seen enough (`| head`) is no error.
  process.stdout.on('error', () => undefined);
  process.exitCode = await runOperator(process.argv.slice(2), {
    environment: readEnvironment(),
    writeOut: (text) => process.stdout.write(text),
    writeError: (text) => process.stderr.write(text),
    isWatched: process.stderr.isTTY,
    stop: stop.signal,
  });
}

void main();
