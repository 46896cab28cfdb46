import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { DeliveryOutcome } from '@floopy/usage-client';
import { describe, WrongUsage } from '../session/faults';
import type { SourcedUsage } from './usage-source';

/** What was published, told by the publisher itself, for a drill to compare the ledger with. */
export interface Manifest {
  /** One JSON line for each distinct event; `delivered` is false when no broker confirmed it: it may be there or not. */
  add(sourced: SourcedUsage, outcome: DeliveryOutcome): void;
  close(): Promise<void>;
}

/** Opens a manifest. @throws WrongUsage when the file cannot be written. */
export async function openManifest(file: string): Promise<Manifest> {
  const stream = createWriteStream(file);
  await new Promise<void>((resolve, reject) => {
    stream.once('open', () => resolve());
    stream.once('error', (error) => reject(new WrongUsage(`${file} cannot be written: ${describe(error)}`)));
  });
  return {
    add({ usage, id, source }, outcome) {
      const delivered = outcome.type === 'delivered';
      const { organization_id, request_id } = usage;
      stream.write(`${JSON.stringify({ organization_id, source, id, request_id, delivered })}\n`);
    },
    async close() {
      stream.end();
      await finished(stream);
    },
  };
}
