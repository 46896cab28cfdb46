import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import {
  type AnchoredHead,
  type Instant,
  isAnchoredAfter,
  type LedgerHash,
  organizationIdOf,
  parseInstant,
} from '@floopy/domain';
import { describe, WrongUsage } from '../session/faults';
import { anchoredHeadSchema, anchorHeaderSchema, anchorOf, anchorRootSchema, type LedgerAnchor } from './anchor-lines';

/** Reads an anchor and computes its root again. @throws WrongUsage when it is none, is cut short, or was changed */
export async function readAnchor(file: string): Promise<LedgerAnchor> {
  let anchoredAt: Instant | null = null;
  let stated: string | null = null;
  const heads: AnchoredHead[] = [];
  for await (const line of linesOf(file)) {
    if (stated !== null) throw new WrongUsage(`${file} goes on after its root: it was changed.`);
    const parsed = parseJson(line);
    if (anchoredAt === null) {
      anchoredAt = anchoredAtIn(file, parsed);
      continue;
    }
    const end = anchorRootSchema.safeParse(parsed);
    if (end.success) stated = end.data.root;
    else heads.push(headIn(file, parsed, heads.at(-1) ?? null));
  }
  if (anchoredAt === null || stated === null)
    throw new WrongUsage(`${file} is cut short: it does not end with its root.`);
  const anchor = anchorOf(heads, anchoredAt);
  if (anchor.root === stated) return anchor;
  throw new WrongUsage(`${file} was changed: its lines come to the root ${anchor.root}, and it says ${stated}.`);
}

async function* linesOf(file: string): AsyncGenerator<string> {
  try {
    const input = createReadStream(file, 'utf8');
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) yield line;
  } catch (error) {
    throw new WrongUsage(`${file} cannot be read: ${describe(error)}`);
  }
}

function anchoredAtIn(file: string, parsed: unknown): Instant {
  const header = anchorHeaderSchema.safeParse(parsed);
  const anchoredAt = header.success ? parseInstant(header.data.anchored_at) : null;
  if (anchoredAt !== null) return anchoredAt;
  throw new WrongUsage(`${file} is no anchor: its first line is not the header of one. "anchor export" writes it.`);
}

function headIn(file: string, parsed: unknown, previous: AnchoredHead | null): AnchoredHead {
  const head = anchoredHeadSchema.safeParse(parsed);
  const place = `after ${previous?.organizationId ?? 'its header'}`;
  if (!head.success) throw new WrongUsage(`${file} has a line ${place} that is no organization's.`);
  const { organization_id: id, sequence, hash } = head.data;
  const organizationId = organizationIdOf(id);
  if (isAnchoredAfter(previous?.organizationId ?? null, organizationId)) {
    return { organizationId, sequence, hash: hash as LedgerHash };
  }
  throw new WrongUsage(`${file} has ${id} ${place}: organizations stand in order, each once.`);
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
