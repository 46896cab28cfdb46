import type { BatchRecord, RawRecord } from '@floopy/application';
import { decodeKeptRecord } from '@floopy/contracts';
import { identifyUsage, instantOfMilliseconds } from '@floopy/domain';
import { sha256 } from '@floopy/runtime';
import { aPlainUsage, aPlainVoid, type PlainUsage, rawRecordOf } from '../../support/usage-records';
import type { Logged, Said, StatedUsage, StatedVoid } from '../oracle/vocabulary';

/** A record as a reader hands it to the use case: with the bytes of a real producer, and decoded from them; null for a hole. */
export function batchRecordOf({ offset, said, appendedAt }: Logged): BatchRecord | null {
  const raw = rawOf(said);
  if (raw === null) return null;
  const at = instantOfMilliseconds(appendedAt);
  const identified = identifyUsage(offset, decodeKeptRecord({ ...raw, appendedAt: at }), sha256);
  return { offset, appendedAt: at, identified, raw: () => raw };
}

function rawOf(said: Said): RawRecord | null {
  switch (said.type) {
    case 'usage':
      return { ...rawRecordOf(plainUsage(said.usage)), key: Buffer.from(said.key) };
    case 'void':
      return rawRecordOf(plainVoid(said.void));
    case 'noise':
      return { key: null, value: Buffer.from('{"no event'), headers: [] };
    case 'hole':
      return null;
  }
}

function plainUsage(usage: StatedUsage): PlainUsage {
  return aPlainUsage({
    id: usage.id,
    time: new Date(usage.occurredAt).toISOString(),
    body: {
      organization_id: usage.organization,
      request_id: usage.request,
      origin: usage.origin,
      model: usage.model,
      outcome: usage.outcome,
      cache_hit: usage.cacheHit,
      credential: usage.credential,
      usage: {
        input_tokens: usage.input,
        cache_read_input_tokens: usage.cached,
        output_tokens: usage.output,
      },
      ...(usage.team === null ? {} : { team_id: usage.team }),
    },
  });
}

function plainVoid({ organization, id, occurredAt, voids }: StatedVoid): PlainUsage {
  const time = new Date(occurredAt).toISOString();
  return aPlainVoid(voids, { id, time, body: { organization_id: organization } });
}
