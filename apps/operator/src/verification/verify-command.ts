import { type Verification, verifyLedger, type VerifyPorts } from '@floopy/application';
import type { OrganizationId } from '@floopy/domain';
import { inLedgerSnapshot, listOrganizations, queriesOf } from '@floopy/postgres';
import { sha256 } from '@floopy/runtime';
import type { Command } from 'commander';
import { type Act, addLeaf, type Answer, type AnswerOptions, organizationArgument } from '../command-line';
import { requireOrganization } from '../organization/require-organization';
import { EXIT_CODE, WrongUsage } from '../session/faults';
import type { Session } from '../session/session';
import { describeAnchor, type LedgerAnchor } from './anchor-lines';
import { listMismatches, mismatchJson } from './mismatch-lines';
import { readAnchor } from './read-anchor';
import { openExport } from './read-export';
import { reachRelayedTopic } from './relayed-topic';
import { usageLogOf } from './usage-log';

interface VerifyOptions extends AnswerOptions {
  readonly fromExport?: string;
  readonly organization?: OrganizationId;
  readonly anchor?: string;
  readonly withoutKafka?: boolean;
}

/** `verify`: derives everything from the ledger alone and names each difference from what is stored. */
export function addVerify(program: Command, act: Act): void {
  addLeaf(program, {
    usage: 'verify',
    description: 'derive balances, counts, chain and every charge again from the ledger alone; exit 1 on a mismatch',
    examples: [
      'verify',
      'verify --anchor anchor-2026-11-24.jsonl',
      'verify --organization org_acme --json',
      'verify --from-export org_acme.jsonl',
    ],
  })
    .option('--from-export <file>', 'verify an exported ledger, without any server')
    .option('--organization <id>', "only this one's ledger, without the partitions", organizationArgument)
    .option('--anchor <file>', 'hold every ledger to what "anchor export" wrote, so that none was cut or written anew')
    .option('--without-kafka', 'leave out what is compared with Kafka; also when KAFKA_BROKERS is not set')
    .action((options: VerifyOptions) => act(options, (session) => verify(session, options)));
}

async function verify(session: Session, options: VerifyOptions): Promise<Answer> {
  const anchor = options.anchor === undefined ? null : await readAnchor(options.anchor);
  const spentTime = timeFromNow();
  const verified =
    options.fromExport === undefined
      ? await verifyStored(session, options, anchor)
      : await verifyExport(session, options.fromExport, options.organization, anchor);
  return answerOf(verified, anchor, spentTime());
}

interface SpentTime {
  readonly seconds: number;
  /** Of this process on the processor: the rate by it is what one core does, whatever else the machine is busy with. */
  readonly coreSeconds: number;
}

function timeFromNow(): () => SpentTime {
  const startedMs = performance.now();
  const started = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(started);
    return { seconds: (performance.now() - startedMs) / 1_000, coreSeconds: (user + system) / 1_000_000 };
  };
}

interface Verified {
  readonly verification: Verification;
  /** The topics of what was handed on and of usage, or why nobody looked there. */
  readonly topics: { readonly relay: string; readonly usage: string } | { readonly leftOut: string };
}

async function verifyStored(session: Session, options: VerifyOptions, anchor: LedgerAnchor | null): Promise<Verified> {
  const pool = await session.database();
  const queries = queriesOf(pool);
  const { organization: organizationId } = options;
  const key =
    organizationId === undefined ? null : (await requireOrganization(queries, organizationId)).organizationKey;
  const leftOut = reasonWithoutKafka(session, options);
  const kafka =
    leftOut === null
      ? { relay: await reachRelayedTopic(session, pool), usageLog: await usageLogOf(session, pool) }
      : null;
  const organizations = await listOrganizations(queries);
  const total = organizations
    .filter(({ organization }) => organizationId === undefined || organization.id === organizationId)
    .reduce((sum, { position }) => sum + position, 0);
  const anchored = anchoredHeads(anchor, organizationId);
  const ports = kafka === null ? {} : { relay: kafka.relay.ports, usageLog: kafka.usageLog };
  const verification = await inLedgerSnapshot(
    pool,
    (snapshot) => verifySnapshot(session, { snapshot, anchored, total, ...ports }),
    key,
  );
  if (kafka === null) return { verification, topics: { leftOut: leftOut ?? '' } };
  return { verification, topics: { relay: kafka.relay.name, usage: kafka.usageLog.topic } };
}

function reasonWithoutKafka(session: Session, { organization, withoutKafka }: VerifyOptions): string | null {
  if (organization !== undefined) return 'one organization alone';
  if (withoutKafka === true) return '--without-kafka';
  return session.surroundings.environment['KAFKA_BROKERS'] === undefined ? 'KAFKA_BROKERS is not set' : null;
}

async function verifyExport(
  session: Session,
  file: string,
  organizationId: OrganizationId | undefined,
  anchor: LedgerAnchor | null,
): Promise<Verified> {
  if (organizationId !== undefined) throw new WrongUsage('An export holds one organization: leave --organization out.');
  const snapshot = await openExport(file);
  const anchored = anchoredHeads(anchor, snapshot.organizationId);
  const verification = await verifySnapshot(session, { snapshot, anchored, total: null });
  return { verification, topics: { leftOut: 'an export' } };
}

/** Of all organizations, or of the one that is looked at. */
function anchoredHeads(anchor: LedgerAnchor | null, organizationId: OrganizationId | undefined): LedgerAnchor['heads'] {
  const heads = anchor?.heads ?? [];
  return organizationId === undefined ? heads : heads.filter((head) => head.organizationId === organizationId);
}

interface Verifiable extends Pick<VerifyPorts, 'snapshot' | 'relay' | 'usageLog'> {
  readonly anchored: LedgerAnchor['heads'];
  readonly total: number | null;
}

async function verifySnapshot(session: Session, { total, ...ports }: Verifiable): Promise<Verification> {
  const progress = session.showProgress({ task: 'verifying', unit: 'entries', total });
  try {
    return await verifyLedger({
      ...ports,
      sha256,
      onProgress: (entries) => {
        session.stop.throwIfAborted();
        progress.reach(entries);
      },
    });
  } finally {
    progress.end();
  }
}

function answerOf({ verification, topics }: Verified, anchor: LedgerAnchor | null, spent: SpentTime): Answer {
  const { ok, checked, mismatches, mismatchCount, relayedRecords } = verification;
  const leftOut = mismatchCount - mismatches.length;
  const { seconds, coreSeconds } = spent;
  const rate = Math.round(checked.entries / Math.max(seconds, 0.001));
  const coreRate = Math.round(checked.entries / Math.max(coreSeconds, 0.001));
  const json = {
    ok,
    checked,
    mismatches: mismatches.map(mismatchJson),
    ...(leftOut === 0 ? {} : { mismatches_left_out: leftOut }),
    ...(anchor === null ? {} : { anchor: describeAnchor(anchor) }),
    ...describeTopics(topics, relayedRecords),
    entries_per_second: rate,
    entries_per_core_second: coreRate,
  };
  const summary =
    `${checked.organizations} organizations, ${checked.entries} entries, ${checked.receipts} receipts, ` +
    `${checked.partitions} partitions in ${seconds.toFixed(1)} s (${rate} entries/s, ${coreRate} a core)` +
    (anchor === null ? '' : `; held to the root ${anchor.root}`) +
    ('relay' in topics ? `; ${relayedRecords} records of ${topics.relay}` : `; without Kafka: ${topics.leftOut}`);
  if (ok) return { json, text: `ok: ${summary}` };
  const more = leftOut === 0 ? '' : `\n… and ${leftOut} more`;
  const text = `NOT OK, ${mismatchCount} mismatches: ${summary}\n\n${listMismatches(mismatches)}${more}`;
  return { json, text, exitCode: EXIT_CODE.foundWrong };
}

function describeTopics(topics: Verified['topics'], relayedRecords: number | null) {
  if (!('relay' in topics)) return { relay: { left_out: topics.leftOut }, usage_log: { left_out: topics.leftOut } };
  return { relay: { topic: topics.relay, records: relayedRecords }, usage_log: { topic: topics.usage } };
}
