import { assert, NO_TERMS, type RecordedChange, projectTerms, type Terms } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { readChangesOf } from './read-terms';

/** A head that the calling transaction has locked, or sees in one snapshot: its number of changes stays what it is. */
export interface LockedTerms {
  readonly organizationKey: number;
  readonly termsVersion: number;
}

/** More organizations than that with terms of their own, and the ones read first are read again. */
const MAX_HELD_TERMS = 50_000;

/** Holds terms in memory, each by the number of its last change. Most organizations never made one. */
export class LockedTermsMemory {
  private readonly held = new Map<number, Terms>();

  /** The terms of each of these, by its organization's key: read only where they have changed since. */
  async termsOf(queries: Queries, streams: Iterable<LockedTerms>): Promise<(organizationKey: number) => Terms> {
    const current = new Map<number, Terms>();
    const missing: LockedTerms[] = [];
    for (const stream of streams) {
      if (stream.termsVersion === 0) continue;
      const known = this.held.get(stream.organizationKey);
      if (known?.version === stream.termsVersion) current.set(stream.organizationKey, known);
      else missing.push(stream);
    }
    if (missing.length > 0) {
      const changes = await readChangesOf(
        queries,
        missing.map(({ organizationKey }) => organizationKey),
      );
      for (const stream of missing) current.set(stream.organizationKey, this.take(stream, changes));
    }
    return (organizationKey) => current.get(organizationKey) ?? NO_TERMS;
  }

  private take(
    { organizationKey, termsVersion }: LockedTerms,
    changes: ReadonlyMap<number, readonly RecordedChange[]>,
  ): Terms {
    const terms = (changes.get(organizationKey) ?? []).reduce(projectTerms, NO_TERMS);
    assert(terms.version === termsVersion, 'the head names the last change of its terms');
    this.held.delete(organizationKey);
    this.held.set(organizationKey, terms);
    const [oldest] = this.held.keys();
    if (this.held.size > MAX_HELD_TERMS && oldest !== undefined) this.held.delete(oldest);
    return terms;
  }
}
