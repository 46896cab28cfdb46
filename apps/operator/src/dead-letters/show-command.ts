import { type DeadLetterView, encodeDeadLetterView } from '@floopy/contracts';
import { queriesOf, readDeadLetter } from '@floopy/postgres';
import { sha256 } from '@floopy/runtime';
import type { Command } from 'commander';
import { type Act, addLeaf, type AnswerOptions, table } from '../command-line';
import { WrongUsage } from '../session/faults';
import { hexDump } from './hex-dump';
import { letterArgument } from './selection-options';

interface ShowOptions extends AnswerOptions {
  readonly event?: boolean;
}

/** `dead-letters show <id>`. */
export function addShow(letters: Command, act: Act): void {
  addLeaf(letters, {
    usage: 'show',
    description: 'a dead letter with its bytes as text, in hex and decoded, the failing fields, and its history',
    examples: ['dead-letters show 7', 'dead-letters show 7 --json', 'dead-letters show 7 --event > event.json'],
  })
    .argument('<id>', 'as dead-letters list shows it', letterArgument)
    .option('--event', 'write only what the record says, as a CloudEvent in JSON: to be corrected and given to fix')
    .action((letterKey: number, options: ShowOptions) =>
      act(options, async (session) => {
        const letter = await readDeadLetter(queriesOf(await session.database()), letterKey, sha256);
        if (letter === null)
          throw new WrongUsage(`There is no dead letter ${letterKey}; "dead-letters list" shows all.`);
        const json = encodeDeadLetterView(letter);
        if (options.event !== true) return { json, text: textOf(json) };
        if (json.event === null) throw new WrongUsage(`What dead letter ${letterKey} says cannot be read.`);
        return { json: json.event, text: JSON.stringify(json.event, null, 2) };
      }),
    );
}

function textOf(letter: DeadLetterView): string {
  const { id, status, reason, topic, partition, offset, decoded } = letter;
  const names = [letter.organization_id, letter.source, letter.event_id].map((name) => name ?? '(unreadable)');
  const resolved = letter.resolved_at === null ? '' : `, ${status} ${letter.resolved_at}`;
  const faults = decoded.type === 'rejected' ? decoded.faults : letter.faults;
  return [
    `Dead letter ${id}: ${reason}, ${status}`,
    `${topic}[${partition}] offset ${offset}, arrived ${letter.appended_at}, parked ${letter.parked_at}${resolved}`,
    `organization ${names[0]}, source ${names[1]}, event ${names[2]}`,
    ...(letter.identity_position === null ? [] : [`an event of this id is at position ${letter.identity_position}`]),
    section('Why', table(faults.map(({ pointer, detail }) => [pointer === '' ? '(all of it)' : pointer, detail]))),
    section('Key', letter.key?.text ?? letter.key?.hex ?? '(null)'),
    section('Headers', table(letter.headers.map(({ name, value }) => [name, value?.text ?? value?.hex ?? '(null)']))),
    ...valueSections(letter),
    section('Decoded', decoded.type === 'rejected' ? `rejected: ${decoded.reason}` : decoded.type),
    ...(letter.event === null ? [] : [indented(JSON.stringify(letter.event, null, 2))]),
    ...(letter.history.length === 0 ? [] : [section('History', table(letter.history.map(historyRow)))]),
  ].join('\n');
}

function valueSections({ value }: DeadLetterView): string[] {
  if (value === null) return [section('Value', '(null)')];
  const size = `${value.length} bytes${value.truncated ? ', the first ones' : ''}`;
  const text = value.text === null ? [] : [section(`Value, ${size}`, value.text)];
  return [...text, section(`Value in hex, ${size}`, hexDump(Buffer.from(value.hex, 'hex')))];
}

function historyRow({ at, by, kind, ...step }: DeadLetterView['history'][number]): string[] {
  const entry = step.position === null ? '' : `position ${step.position} of ${step.organization_id ?? ''}`;
  const fixed = step.event === null ? '' : JSON.stringify(step.event);
  return [at, by, kind, [entry, step.reason ?? '', fixed].filter((part) => part !== '').join(' ')];
}

function section(title: string, text: string): string {
  return `\n${title}\n${indented(text)}`;
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
