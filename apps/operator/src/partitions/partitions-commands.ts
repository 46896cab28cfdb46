import type { Command } from 'commander';
import type { Act } from '../command-line';
import { addPartitionsList } from './list-command';
import { addPartitionsResume } from './resume-command';

/** `partitions list|resume`: how far usage is applied, and how reading goes on where it was halted. */
export function addPartitions(program: Command, act: Act): void {
  const partitions = program
    .command('partitions')
    .description('how far usage is applied, and where reading was halted');
  addPartitionsList(partitions, act);
  addPartitionsResume(partitions, act);
}
