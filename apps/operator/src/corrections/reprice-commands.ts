import type { Command } from 'commander';
import type { Act } from '../command-line';
import { addApplyReprice } from './reprice-apply-command';
import { addListReprices, addShowReprice } from './reprice-list-commands';
import { addPlanReprice } from './reprice-plan-command';

/** `reprice plan|apply|list|show`. */
export function addReprice(program: Command, act: Act): void {
  const reprice = program
    .command('reprice')
    .description('what usage of an interval should have cost: planned first, then posted beside what was charged');
  addPlanReprice(reprice, act);
  addApplyReprice(reprice, act);
  addListReprices(reprice, act);
  addShowReprice(reprice, act);
}
