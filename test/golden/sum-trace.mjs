// Adds up what an Azure LLM inference trace costs on gpt-4o, by its published prices: 2.50 USD for a million input
// tokens, 10 USD for a million output tokens. It knows nothing of the repository: what the ledger says is compared
// with it.  Usage: node test/golden/sum-trace.mjs <trace.csv>
import { readFileSync } from 'node:fs';

// In 10^-10 cent: 2.50 USD / 10^6 tokens is 0.00025 cents, 10 USD / 10^6 tokens is 0.001 cents a token.
const INPUT_UNITS = 2_500_000n;
const OUTPUT_UNITS = 10_000_000n;
const UNITS_PER_CENT = 10_000_000_000n;

const [header, ...lines] = readFileSync(process.argv[2] ?? '', 'utf8').split(/\r?\n/);
if (header !== 'TIMESTAMP,ContextTokens,GeneratedTokens') throw new Error(`not such a trace: ${header}`);

let requests = 0;
let units = 0n;
for (const line of lines) {
  if (line === '') continue;
  const [, input, output] = line.split(',');
  units += BigInt(input) * INPUT_UNITS + BigInt(output) * OUTPUT_UNITS;
  requests += 1;
}
const cents = `${units / UNITS_PER_CENT}.${String(units % UNITS_PER_CENT).padStart(10, '0')}`;
process.stdout.write(`${JSON.stringify({ requests, cents })}\n`);
