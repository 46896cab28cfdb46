import type { Command } from 'commander';
import type { Act } from '../command-line';
import { addProve } from './prove-command';

/** `replay`: usage read again, and the proof that what became of it is what had to become of it. */
export function addReplay(program: Command, act: Act): void {
  const replay = program.command('replay').description('read usage again: prove what became of it');
  addProve(replay, act);
}
