import { readFile } from 'node:fs/promises';
import { fixLetter, type FixOutcome, type LetterPorts } from '@floopy/application';
import { cloudEventOf, decodeKeptRecord, encodeCorrection } from '@floopy/contracts';
import { createLetterRehearsal, createLetterStore, type DatabasePool } from '@floopy/postgres';
import type { Command } from 'commander';
import { type Act, addLeaf, type Answer, type AnswerOptions, table } from '../command-line';
import { describe, WrongUsage } from '../session/faults';
import type { Session } from '../session/session';
import { letterArgument, operatorOf } from './selection-options';

interface FixOptions extends AnswerOptions {
  readonly event?: string;
  readonly reissue?: boolean;
  readonly dryRun?: boolean;
}

/** `dead-letters fix <id>`. */
export function addFix(letters: Command, act: Act): void {
  addLeaf(letters, {
    usage: 'fix',
    description:
      'keep a corrected event beside a dead letter, which redrive takes in its place; what arrived stays as it is',
    examples: [
      'dead-letters fix 7 --event event.json  # begun with: dead-letters show 7 --event > event.json',
      'dead-letters fix 8 --reissue --as ada --dry-run',
    ],
    dryRun: 'check the event without keeping it',
  })
    .argument('<id>', 'as dead-letters list shows it', letterArgument)
    .option('--event <file>', 'the corrected event: a CloudEvent in JSON, as dead-letters show --event writes it')
    .option('--reissue', 'under an id of yours: for a conflict, whose id is taken, and for what has no readable one')
    .action((letterKey: number, options: FixOptions) => act(options, (session) => fix(session, letterKey, options)));
}

async function fix(session: Session, letterKey: number, options: FixOptions): Promise<Answer> {
  const event = options.event === undefined ? null : await readEvent(options.event);
  const isReissued = options.reissue === true;
  const ports = portsOf(await session.database(), options.dryRun === true);
  const outcome = await fixLetter(ports, { letterKey, event, isReissued, operator: operatorOf(session) });
  if (outcome.type === 'refused') throw new WrongUsage(refusalText(letterKey, outcome));
  const { organizationId, source, id } = outcome.event;
  const state = options.dryRun === true ? 'would_be_fixed' : 'fixed';
  const json = { id: String(letterKey), state, organization_id: organizationId, source, event_id: id };
  const text = `Dead letter ${letterKey} ${state.replaceAll('_', ' ')}, as ${id} of ${source} (${organizationId})`;
  return { json, text: `${text}\n"dead-letters redrive ${letterKey}" applies it` };
}

function portsOf(pool: DatabasePool, isTrial: boolean): LetterPorts {
  return {
    store: isTrial ? createLetterRehearsal(pool) : createLetterStore(pool),
    decode: decodeKeptRecord,
    encode: encodeCorrection,
    eventOf: cloudEventOf,
  };
}

async function readEvent(file: string): Promise<object> {
  try {
    const parsed: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch (error) {
    throw new WrongUsage(`${file} cannot be read as JSON: ${describe(error)}`);
  }
  throw new WrongUsage(`${file} is no JSON object.`);
}

function refusalText(letterKey: number, refusal: Extract<FixOutcome, { type: 'refused' }>): string {
  const letter = `Dead letter ${letterKey}`;
  switch (refusal.code) {
    case 'unknown_letter':
      return `There is no dead letter ${letterKey}; "dead-letters list" shows all.`;
    case 'resolved':
      return `${letter} is ${refusal.status}: there is nothing left to fix. "dead-letters show ${letterKey}" says when and by whom.`;
    case 'event_required':
      return `Say what to put in the place of dead letter ${letterKey}, with --event: it cannot be read by itself.`;
    case 'faulty_event': {
      const faults = table(refusal.faults.map(({ pointer, detail }) => [`  ${pointer}`, detail]));
      return `The event would be parked, too (${refusal.reason}):\n${faults}`;
    }
    case 'identity_changed':
      return `The event says to be another one: it must keep source, id and organization of dead letter ${letterKey}.`;
    case 'identity_taken':
      return `The id of dead letter ${letterKey} is taken by another event: discard it, or fix it with --reissue, under an id of yours.`;
    case 'identity_unreadable':
      return `${letter} has no readable id: discard it, or fix it with --reissue, under an id of yours.`;
    case 'identity_free':
      return `${letter} has an id of its own, under which its producer may send it again: fix it without --reissue.`;
  }
}
