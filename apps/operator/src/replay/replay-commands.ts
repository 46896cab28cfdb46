import type { Command } from 'commander';
import type { Act } from '../command-line';
import { addApply } from './apply-command';
import { addCancel } from './cancel-command';
import { addPlan } from './plan-command';
import { addProve } from './prove-command';
import { addStatus } from './status-command';

/** `replay plan|apply|status|cancel|prove`. */
export function addReplay(program: Command, act: Act): void {
  const replay = program
    .command('replay')
    .description('read usage again: plan it, apply it once, and prove what became of it');
  addPlan(replay, act);
  addApply(replay, act);
  addStatus(replay, act);
  addCancel(replay, act);
  addProve(replay, act);
}
