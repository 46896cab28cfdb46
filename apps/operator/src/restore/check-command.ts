import { findLostEntries, type LostEntries } from '@floopy/application';
import { encodeLedgerEntry } from '@floopy/contracts';
import { formatAmount, formatInstant, type LedgerEvent } from '@floopy/domain';
import { findStandings, queriesOf, readIncarnation } from '@floopy/postgres';
import { sha256 } from '@floopy/runtime';
import type { Command } from 'commander';
import { type Act, addLeaf, type Answer, type AnswerOptions, table } from '../command-line';
import { EXIT_CODE, WrongUsage } from '../session/faults';
import type { Session } from '../session/session';
import { readLedgerTopic, reachLedgerTopic } from '../verification/relayed-topic';

/** `restore check`: what the ledger had when it was handed on, and has no more. */
export function addRestoreCheck(restore: Command, act: Act): void {
  addLeaf(restore, {
    usage: 'check',
    description:
      'compare what was handed on before the database was put back with the ledger: usage returns from its topic by ' +
      'itself, and what operators did since the backup is listed, to be done again; exit 1 when anything is missing',
    examples: ['restore check', 'restore check --json'],
  }).action((options: AnswerOptions) => act(options, check));
}

async function check(session: Session): Promise<Answer> {
  const queries = queriesOf(await session.database());
  const incarnation = await readIncarnation(queries);
  if (incarnation === 0)
    throw new WrongUsage('This ledger was never put back. When it was, say "restore declare" first.');
  const topic = await reachLedgerTopic(session);
  const found = await findLostEntries({
    readTold: (take) =>
      readLedgerTopic(topic, session.stop, (records) =>
        take(
          records
            .filter((record) => record.incarnation < incarnation)
            .flatMap(({ entry }) => (entry === null ? [] : [entry])),
        ),
      ),
    findStandings: (entries) => findStandings(queries, entries),
    sha256,
  });
  return answerOf(incarnation, topic.name, found);
}

function answerOf(incarnation: number, topic: string, { kept, returned, missingUsage, lost }: LostEntries): Answer {
  const json = {
    ok: lost.length === 0 && missingUsage === 0,
    incarnation,
    topic,
    kept,
    returned,
    missing_usage: missingUsage,
    lost: lost.map((event) => ({ organization_id: event.organizationId, ...encodeLedgerEntry(event) })),
  };
  const summary =
    `${kept} entries told before are where they were, ${returned} have returned, ${missingUsage} of usage are missing ` +
    `(not read again yet, or no longer in the usage topic), ${lost.length} are of operators and lost`;
  const listed = lost.length === 0 ? '' : `\n\n${table([HEADER, ...lost.map(rowOf)])}`;
  return { json, text: summary + listed, exitCode: json.ok ? EXIT_CODE.done : EXIT_CODE.foundWrong };
}

const HEADER = ['ORGANIZATION', 'POSITION THEN', 'RECORDED', 'CENTS', 'CAUSE', 'REASON'];

function rowOf({ organizationId, sequence, recordedAt, amount, cause, reason }: LedgerEvent): string[] {
  const what = `${cause.kind} ${cause.id}`;
  return [organizationId, String(sequence), formatInstant(recordedAt), formatAmount(amount), what, reason ?? ''];
}
