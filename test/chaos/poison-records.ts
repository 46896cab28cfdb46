import type { DeadLetterReason } from '@floopy/domain';
import type { Message } from 'kafkajs';
import { aPlainUsage, recordOf } from '../support/usage-records';
import { chargedUnits, type Manifest } from './manifest';

/** A record that will be sent, and whether it is one of those that must be charged. */
export interface DrawnRecord {
  readonly message: Message & { readonly key: string };
  readonly isGood: boolean;
}

const STARTED_AT = Date.UTC(2026, 9, 1);
const TOO_LONG = 'x'.repeat(100_000);
const STRANGER = 'org_stranger';

/** Draws usage, and what cannot be charged for every documented reason in turn, and keeps count of both. */
export class PoisonRecords {
  private readonly expected = new Map<string, { events: number; chargedUnits: bigint }>();
  private readonly parked = new Map<DeadLetterReason, number>();
  private distinct = 0;
  private poisonous = 0;
  /** What conflicts will contradict: it is sent before any of them. */
  private first: DrawnRecord['message'] | null = null;

  constructor(
    private readonly organizations: readonly string[],
    private readonly random: () => number,
  ) {
    for (const organization of organizations) this.expected.set(organization, { events: 0, chargedUnits: 0n });
  }

  good(): DrawnRecord {
    const organization = this.anOrganization();
    const tokens = { input: 1 + Math.floor(this.random() * 4_000), output: 1 + Math.floor(this.random() * 600) };
    const total = this.expected.get(organization);
    if (total === undefined) throw new Error('every event has an organization');
    total.events += 1;
    total.chargedUnits += chargedUnits(tokens);
    this.distinct += 1;
    const message = this.usage(`evt_${this.distinct}`, organization, tokens);
    this.first ??= message;
    return { message, isGood: true };
  }

  bad(): DrawnRecord {
    const [reason, draw] = KINDS[this.poisonous % KINDS.length] ?? FIRST_KIND;
    this.poisonous += 1;
    this.parked.set(reason, (this.parked.get(reason) ?? 0) + 1);
    const sound = this.usage(`poison_${this.poisonous}`, this.anOrganization());
    return { message: draw(sound, this.first ?? sound), isGood: false };
  }

  /** What every organization must end with, and how many records must be parked. */
  manifest(): Manifest {
    return {
      expected: this.expected,
      sent: this.distinct + this.poisonous,
      distinct: this.distinct,
      parked: this.poisonous,
    };
  }

  parkedByReason(): ReadonlyMap<string, number> {
    return this.parked;
  }

  private anOrganization(): string {
    return this.organizations[Math.floor(this.random() * this.organizations.length)] ?? '';
  }

  private usage(id: string, organization: string, tokens = { input: 1, output: 1 }): DrawnRecord['message'] {
    const usage = { input_tokens: tokens.input, output_tokens: tokens.output };
    const body = { organization_id: organization, request_id: `req_${id}`, usage };
    const time = new Date(STARTED_AT + this.distinct).toISOString();
    return { ...recordOf(aPlainUsage({ id, source: '/drill', time, body })), key: organization };
  }
}

/** Makes poison of a record that could be charged, or of one that was. */
type Spoil = (sound: DrawnRecord['message'], charged: DrawnRecord['message']) => DrawnRecord['message'];

const spoilBody =
  (overrides: Readonly<Record<string, unknown>>): Spoil =>
  (sound) => ({ ...sound, value: JSON.stringify({ ...(JSON.parse(String(sound.value)) as object), ...overrides }) });

const FIRST_KIND: readonly [DeadLetterReason, Spoil] = ['undecodable', (sound) => ({ ...sound, value: null })];
const KINDS: readonly (readonly [DeadLetterReason, Spoil])[] = [
  FIRST_KIND,
  ['undecodable', (sound) => ({ ...sound, value: Buffer.from([0xff, 0x00, 0x80]) })],
  ['invalid', spoilBody({ usage: { input_tokens: -1 } })],
  [
    'unknown_organization',
    (...records) => ({ ...spoilBody({ organization_id: STRANGER })(...records), key: STRANGER }),
  ],
  ['conflict', (_, charged) => spoilBody({ usage: { input_tokens: 9_999, output_tokens: 9_999 } })(charged, charged)],
  ['unpriced', spoilBody({ model: 'gpt-99' })],
  ['oversized', spoilBody({ metadata: { note: TOO_LONG } })],
  ['key_mismatch', (sound) => ({ ...sound, key: STRANGER })],
  ['too_far_in_future', (sound) => ({ ...sound, headers: { ...sound.headers, ce_time: '2099-01-01T00:00:00Z' } })],
];
