import { formatInstant } from '@floopy/domain';
import { beginIncarnation, queriesOf } from '@floopy/postgres';
import { systemClock } from '@floopy/runtime';
import type { Command } from 'commander';
import { type Act, addLeaf, type Answer, type AnswerOptions } from '../command-line';
import { reasonOption } from '../corrections/reverse-command';
import type { Session } from '../session/session';

interface DeclareOptions extends AnswerOptions {
  readonly reason: string;
  readonly dryRun?: boolean;
}

/** `restore declare`: everything that is handed on from now on says that it is of another history. */
export function addRestoreDeclare(restore: Command, act: Act): void {
  addLeaf(restore, {
    usage: 'declare',
    description:
      'say that the database was put back: downstream is told that positions may hold other entries than before; ' +
      'before any app of ours is started on it',
    examples: [
      'restore declare --reason "disk lost, backup of 03:00" --dry-run',
      'restore declare --reason "disk lost"',
    ],
    dryRun: 'tell which incarnation it would be',
  })
    .requiredOption('--reason <text>', 'why; it is kept with who did it', reasonOption)
    .action((options: DeclareOptions) => act(options, (session) => declare(session, options)));
}

async function declare(session: Session, { reason, dryRun = false }: DeclareOptions): Promise<Answer> {
  const queries = queriesOf(await session.database());
  const begunAt = systemClock();
  if (!dryRun) await beginIncarnation(queries, { begunAt, begunBy: session.operator ?? '', reason });
  const state = dryRun ? 'would_be_declared' : 'declared';
  return {
    json: { state, incarnation: begunAt, begun_at: formatInstant(begunAt) },
    text:
      `incarnation ${begunAt} ${state.replaceAll('_', ' ')}: start the apps, and look at what is missing with ` +
      '"restore check" once the usage topic has been read',
  };
}
