import { tokenCountFault, type TokenCounts } from '@floopy/domain';
import { misspelledCounts } from './count-spelling';
import type { ReadableCloudEvent } from './read-cloud-event';
import { tokenCountsIn } from './token-counts';
import {
  COUNT_RULE,
  MAX_METADATA_BYTES,
  tokenCountsSchema,
  usageEventBody,
  type UsageEventBody,
} from './usage-event-schema';
import { NO_FAULTS, pointerTo, schemaFaults, type WireFault } from '../wire/wire-fault';

/** The body of a usage event, checked, or everything that is wrong with it. */
export type ReadUsageBody =
  | {
      readonly type: 'body';
      readonly body: UsageEventBody;
      readonly tokens: TokenCounts;
      /** The producer's metadata as compact JSON, or null. */
      readonly metadata: string | null;
    }
  | { readonly type: 'faulty'; readonly faults: readonly WireFault[] };

const BODY = '/data';
const USAGE = '/data/usage';

const SUBSETS_RULE = 'must be at least the sum of its subsets';
const SUBSET_FAULTS: Record<NonNullable<ReturnType<typeof tokenCountFault>>, WireFault> = {
  input_subsets_exceed_total: { pointer: `${USAGE}/input_tokens`, detail: SUBSETS_RULE },
  output_subsets_exceed_total: { pointer: `${USAGE}/output_tokens`, detail: SUBSETS_RULE },
};

const METADATA_FAULTS: readonly WireFault[] = [
  { pointer: `${BODY}/metadata`, detail: `must take at most ${MAX_METADATA_BYTES} bytes` },
];

/**
 * Checks the body of a usage event against its schema, and against what no schema says: how counts are spelled, what
 * subsets add up to, how large the metadata is.
 */
export function readUsageBody(event: ReadableCloudEvent): ReadUsageBody {
  const parsed = usageEventBody.safeParse(event.body);
  const misspelled = misspelledCounts(event.text, event.usagePath);
  if (!parsed.success) return faulty(schemaFaults(parsed.error.issues, BODY), misspelled, sumFaults(event.body));

  const body = parsed.data;
  const tokens = tokenCountsIn(body.usage);
  const subsetFault = tokenCountFault(tokens);
  const metadata = metadataText(body.metadata);
  if (misspelled.length === 0 && subsetFault === null && metadata !== undefined) {
    return { type: 'body', body, tokens, metadata };
  }
  const sums = subsetFault === null ? NO_FAULTS : [SUBSET_FAULTS[subsetFault]];
  return faulty(metadata === undefined ? METADATA_FAULTS : NO_FAULTS, misspelled, sums);
}

function faulty(found: readonly WireFault[], misspelled: readonly string[], sums: readonly WireFault[]): ReadUsageBody {
  const spelling = misspelled.map((key) => ({ pointer: pointerTo(USAGE, key), detail: COUNT_RULE }));
  return { type: 'faulty', faults: [...found, ...spelling, ...sums] };
}

/** A body that is wrong elsewhere may also have counts that are right one by one and do not add up. */
function sumFaults(body: unknown): readonly WireFault[] {
  if (typeof body !== 'object' || body === null || !('usage' in body)) return NO_FAULTS;
  const usage = tokenCountsSchema.safeParse(body.usage);
  const fault = usage.success ? tokenCountFault(tokenCountsIn(usage.data)) : null;
  return fault === null ? NO_FAULTS : [SUBSET_FAULTS[fault]];
}

/** Compact JSON, null when there is none, undefined when it is too large (or so deep that it must be). */
function metadataText(metadata: UsageEventBody['metadata']): string | null | undefined {
  if (metadata === undefined) return null;
  try {
    const text = JSON.stringify(metadata);
    return Buffer.byteLength(text) <= MAX_METADATA_BYTES ? text : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
