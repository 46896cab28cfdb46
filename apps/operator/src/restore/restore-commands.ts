import type { Command } from 'commander';
import type { Act } from '../command-line';
import { addRestoreDeclare } from './declare-command';
import { addRestoreCheck } from './check-command';

/** `restore declare|check`: what is to be done after the database was put back to an earlier state. */
export function addRestore(program: Command, act: Act): void {
  const restore = program.command('restore').description('after the database was put back to an earlier state');
  addRestoreDeclare(restore, act);
  addRestoreCheck(restore, act);
}
