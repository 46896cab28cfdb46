import { Command, CommanderError } from 'commander';
import { addAdmission } from './admission/explain-command';
import { addHolds } from './admission/holds-commands';
import { addAlerts } from './alerts/alerts-commands';
import { addApiKeys } from './api-keys/api-keys-commands';
import { addAudit } from './audit/audit-command';
import { agreeOnOperator, carryOut } from './audit/carry-out';
import { addBalance } from './balance/balance-command';
import { type Act, isAct, leafOf } from './command-line';
import { addReprice } from './corrections/reprice-commands';
import { addReverse } from './corrections/reverse-command';
import { addDeadLetters } from './dead-letters/dead-letters-commands';
import { addExplain } from './ledger/explain-command';
import { addLedger } from './ledger/ledger-command';
import { addOrganizations } from './organization/organizations-commands';
import { addPartitions } from './partitions/partitions-commands';
import { addPlans } from './plans/plans-commands';
import { addPublish } from './publish/publish-command';
import { addRateCards } from './rate-cards/rate-cards-commands';
import { addReplay } from './replay/replay-commands';
import { addRebuild } from './rebuild/rebuild-command';
import { addRestore } from './restore/restore-commands';
import { describe, EXIT_CODE, type ExitCode, NotReachable, partAway, WrongUsage } from './session/faults';
import { Session, type Surroundings } from './session/session';
import { addStatement } from './statements/statement-command';
import { addTopics } from './topics/topics-commands';
import { addAnchor } from './verification/anchor-command';
import { addVerify } from './verification/verify-command';

/**
 * Runs one command of the operator's command line.
 * @returns 0 done, 1 found something wrong, 2 wrong usage, 3 a part is not reachable
 */
export async function runOperator(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT_CODE.done;
  let running: Command | null = null;
  const act: Act = async (options, work) => {
    const leaf = running === null ? null : leafOf(running);
    const session = new Session(surroundings, leaf !== null && isAct(leaf) ? 'acting' : 'reading');
    try {
      const answer = await carryOut(session, { leaf, command: running, args }, work);
      const printed = options.json === true ? JSON.stringify(answer.json) : answer.text;
      if (printed !== '') surroundings.writeOut(`${printed}\n`);
      exitCode = answer.exitCode ?? EXIT_CODE.done;
    } finally {
      await session.close();
    }
  };
  try {
    const program = programOf(act, surroundings).hook('preAction', (_, command) => {
      running = command;
      agreeOnOperator(command, surroundings.environment);
    });
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    return exitCodeOf(error, surroundings);
  }
}

/** Every command there is. */
export function programOf(act: Act, surroundings: Pick<Surroundings, 'writeOut' | 'writeError'>): Command {
  const program = new Command('floopy-billing')
    .description('Command line for people on call. Exit 0 done, 1 found something wrong, 2 wrong usage, 3 unreachable.')
    .configureOutput({ writeOut: surroundings.writeOut, writeErr: surroundings.writeError })
    .exitOverride()
    .showHelpAfterError('(--help shows examples)');
  addTopics(program, act);
  addOrganizations(program, act);
  addApiKeys(program, act);
  addRateCards(program, act);
  addPartitions(program, act);
  addPlans(program, act);
  addPublish(program, act);
  addBalance(program, act);
  addLedger(program, act);
  addExplain(program, act);
  addReverse(program, act);
  addReprice(program, act);
  addStatement(program, act);
  addHolds(program, act);
  addAdmission(program, act);
  addAlerts(program, act);
  addDeadLetters(program, act);
  addVerify(program, act);
  addReplay(program, act);
  addAnchor(program, act);
  addRebuild(program, act);
  addRestore(program, act);
  addAudit(program, act);
  return program;
}

function exitCodeOf(error: unknown, surroundings: Surroundings): ExitCode {
  const { writeError } = surroundings;
  // Commander has printed its own message.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODE.done : EXIT_CODE.wrongUsage;
  if (error instanceof WrongUsage) {
    writeError(`${error.message}\n`);
    return EXIT_CODE.wrongUsage;
  }
  if (surroundings.stop.aborted) {
    writeError('Stopped before the end.\n');
    return EXIT_CODE.foundWrong;
  }
  const away = partAway(error);
  if (error instanceof NotReachable || away !== null) {
    const message = error instanceof NotReachable ? error.message : `${away} is not reachable: ${describe(error)}`;
    writeError(`${message}\n`);
    return EXIT_CODE.notReachable;
  }
  writeError(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return EXIT_CODE.foundWrong;
}
