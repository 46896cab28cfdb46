import { formatInstant, type Instant } from '@floopy/domain';
import { z } from 'zod';
import { instantSchema, OBJECT_RULE, oneOf, sequenceSchema } from '../wire/wire-schemas';
import { cursorSchema } from './ledger-page';

const CHANNELS = ['command_line', 'http'] as const;
const OUTCOMES = ['done', 'failed'] as const;

const actSchema = z.object({
  act: sequenceSchema,
  begun_at: instantSchema,
  /** Who did it as they said, and as whom the machine or the API knew them. */
  actor: z.string(),
  account: z.string(),
  channel: oneOf(CHANNELS),
  command: z.string(),
  /** As they were given, without secrets. */
  arguments: z.unknown(),
  /** The stored plan that was run, if any. */
  plan: z.string().nullable(),
  /** Null while it runs, and for good when whoever did it was killed. */
  outcome: oneOf(OUTCOMES).nullable(),
  detail: z.string().nullable(),
  ended_at: instantSchema.nullable(),
});

/** `GET /v1/audit`: what operators did, the last first. */
export const auditViewSchema = z.object(
  { acts: z.array(actSchema), next_cursor: cursorSchema },
  { error: OBJECT_RULE },
);

export type AuditView = z.output<typeof auditViewSchema>;

export interface ActReading {
  readonly actNumber: number;
  readonly begunAt: Instant;
  readonly actor: string;
  readonly account: string;
  readonly channel: (typeof CHANNELS)[number];
  readonly command: string;
  readonly arguments: unknown;
  readonly plan: string | null;
  readonly ended: {
    readonly type: (typeof OUTCOMES)[number];
    readonly detail: string | null;
    readonly at: Instant;
  } | null;
}

export function encodeAuditView(acts: readonly ActReading[], nextCursor: string | null): AuditView {
  return { acts: acts.map(encodeAct), next_cursor: nextCursor };
}

function encodeAct(act: ActReading): AuditView['acts'][number] {
  const { actNumber, begunAt, actor, account, channel, command, plan, ended } = act;
  return {
    act: actNumber,
    begun_at: formatInstant(begunAt),
    actor,
    account,
    channel,
    command,
    arguments: act.arguments,
    plan,
    outcome: ended?.type ?? null,
    detail: ended?.detail ?? null,
    ended_at: ended === null ? null : formatInstant(ended.at),
  };
}
