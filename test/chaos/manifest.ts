import { createUsageClient, type UsageClient } from '@floopy/usage-client';
import { setTimeout as pause } from 'node:timers/promises';
import { shuffled } from './random';

/** What a generator knows of its own events, without asking anybody: what every organization must end with. */
export interface Manifest {
  readonly expected: ReadonlyMap<string, { events: number; chargedUnits: bigint }>;
  /** Records sent, repetitions included. */
  readonly sent: number;
  readonly distinct: number;
  /** Records that cannot be charged. */
  readonly parked: number;
}

export interface Generation {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly organizations: readonly string[];
  readonly events: number;
  /** The share of events that are sent twice, 0 to 1. */
  readonly duplicates: number;
  readonly random: () => number;
  /** While it says so, more events follow, slowly: whoever waits for something to move does not wait in vain. */
  readonly goesOn?: () => boolean;
  /** In order of time and spread evenly when absent. */
  readonly disorder?: Disorder;
}

/** How events come that nobody has put in order. */
export interface Disorder {
  /** The share of the first organization. */
  readonly hotShare: number;
  /** The share of events that are two months late. */
  readonly lateShare: number;
  /** Events are shuffled among so many. */
  readonly window: number;
}

/** Units of 10^-10 cent for a token of gpt-4o, as published; written here again, so that nothing of ours is believed. */
const INPUT_UNITS = 2_500_000n;
const OUTPUT_UNITS = 10_000_000n;

/** What a request of so many tokens is charged. */
export function chargedUnits(tokens: { readonly input: number; readonly output: number }): bigint {
  return BigInt(tokens.input) * INPUT_UNITS + BigInt(tokens.output) * OUTPUT_UNITS;
}

const BUFFER_FULL_PAUSE_MS = 5;
const TRICKLE_MS = 2;
const DELIVERY_TIMEOUT_MS = 300_000;

/** Publishes events and their repetitions, in an order that a seed repeats. @returns once the brokers have all of them. */
export async function publishManifest(generation: Generation): Promise<Manifest> {
  const { brokers, topic, organizations, random, disorder } = generation;
  const client = createUsageClient({ brokers, topic, source: '/drill', deliveryTimeoutMs: DELIVERY_TIMEOUT_MS });
  const expected = new Map(organizations.map((organization) => [organization, { events: 0, chargedUnits: 0n }]));
  let sent = 0;
  let distinct = 0;
  for await (const number of numbersOf(generation)) {
    const isHot = disorder !== undefined && random() < disorder.hotShare;
    const organization = organizations[isHot ? 0 : Math.floor(random() * organizations.length)] ?? '';
    const isLate = disorder !== undefined && random() < disorder.lateShare;
    const time = new Date(STARTED_AT + number - (isLate ? TWO_MONTHS_MS : 0));
    const tokens = { input: 1 + Math.floor(random() * 4_000), output: 1 + Math.floor(random() * 600) };
    const total = expected.get(organization);
    if (total === undefined) throw new Error('every event has an organization');
    total.events += 1;
    total.chargedUnits += chargedUnits(tokens);
    const copies = random() < generation.duplicates ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) await record(client, { number, time, organization, tokens });
    sent += copies;
    distinct += 1;
  }
  const { failed } = await client.close({ timeoutMs: DELIVERY_TIMEOUT_MS });
  if (failed.length > 0) throw new Error(`${failed.length} events were not delivered: ${failed[0]?.detail ?? ''}`);
  return { expected, sent, distinct, parked: 0 };
}

const STARTED_AT = Date.UTC(2026, 9, 1);
const TWO_MONTHS_MS = 61 * 86_400_000;

/** The number of each event, in the order in which they are sent. */
async function* numbersOf({ events, disorder, random, goesOn }: Generation): AsyncGenerator<number> {
  const window = disorder?.window ?? 1;
  for (let first = 0; first < events; first += window) {
    const numbers = Array.from({ length: Math.min(window, events - first) }, (_, index) => first + index);
    yield* window === 1 ? numbers : shuffled(numbers, random);
  }
  for (let number = events; ; number += 1) {
    if (goesOn?.() !== true) return;
    await pause(TRICKLE_MS);
    yield number;
  }
}

interface DrillEvent {
  readonly number: number;
  readonly time: Date;
  readonly organization: string;
  readonly tokens: { readonly input: number; readonly output: number };
}

async function record(client: UsageClient, { number, time, organization, tokens }: DrillEvent): Promise<void> {
  const usage = {
    organization_id: organization,
    request_id: `req_${number}`,
    origin: number % 3 === 0 ? ('playground' as const) : ('gateway' as const),
    provider: 'openai',
    model: 'gpt-4o',
    outcome: 'succeeded' as const,
    usage: { input_tokens: tokens.input, output_tokens: tokens.output },
  };
  for (;;) {
    const outcome = client.record(usage, { id: `evt_${number}`, time });
    if (outcome.type === 'accepted') return;
    if (outcome.type !== 'buffer_full') throw new Error(`event ${number} was not taken: ${JSON.stringify(outcome)}`);
    await pause(BUFFER_FULL_PAUSE_MS);
  }
}
