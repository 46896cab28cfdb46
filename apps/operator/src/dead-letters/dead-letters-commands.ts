import type { Command } from 'commander';
import type { Act } from '../command-line';
import { addDiscard } from './discard-command';
import { addFix } from './fix-command';
import { addList } from './list-command';
import { addRedrive } from './redrive-command';
import { addShow } from './show-command';

/** `dead-letters list|show|fix|redrive|discard`. */
export function addDeadLetters(program: Command, act: Act): void {
  const letters = program.command('dead-letters').description('records that could not be applied, with their bytes');
  addList(letters, act);
  addShow(letters, act);
  addFix(letters, act);
  addRedrive(letters, act);
  addDiscard(letters, act);
}
