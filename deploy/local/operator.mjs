// `npm run operator -- <command>`: the operator's command line against what `npm start` runs, unless KAFKA_BROKERS and
// DATABASE_URL name other servers.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './preparation.mjs';

const NOT_REACHABLE = 3;
const program = join(ROOT, 'dist/apps/operator/src/main.js');
if (!existsSync(program)) {
  process.stderr.write('It is not built yet: run "npm start", or "npm run build" to use other servers.\n');
  process.exit(NOT_REACHABLE);
}

// Verification makes records by the million that live for a moment: they end in the young generation.
const args = ['--enable-source-maps', '--max-semi-space-size=64', program, ...process.argv.slice(2)];
const child = spawn(process.execPath, args, { stdio: 'inherit', env: { ...readStarted(), ...process.env } });
// A Ctrl-C reaches the command as well, which ends in its own way.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.once('close', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));

function readStarted() {
  const home = process.env['FLOOPY_HOME'] || join(ROOT, '.local');
  try {
    const started = JSON.parse(readFileSync(join(home, 'started.json'), 'utf8'));
    return { KAFKA_BROKERS: started.kafka_brokers.join(','), DATABASE_URL: started.database_url };
  } catch {
    // Nothing runs: the command says which settings it lacks.
    return {};
  }
}
