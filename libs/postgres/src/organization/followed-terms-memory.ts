import { NO_TERMS, projectTerms, type Terms } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import type { LockedTerms } from './locked-terms-memory';
import { readChangesOf } from './read-terms';

/** More organizations than that with terms of their own, and the ones read first are read again. */
const MAX_HELD_TERMS = 50_000;

/** Holds terms in memory for those who follow: what is read may be newer than the head that they have seen, never older. */
export class FollowedTermsMemory {
  private readonly held = new Map<number, Terms>();

  /** The terms of each of these, by its organization's key: read only where they have changed since. */
  async termsOf(queries: Queries, heads: readonly LockedTerms[]): Promise<(organizationKey: number) => Terms> {
    const isStale = ({ organizationKey, termsVersion }: LockedTerms): boolean =>
      (this.held.get(organizationKey)?.version ?? 0) < termsVersion;
    const stale = heads.filter(isStale).map(({ organizationKey }) => organizationKey);
    const changes = stale.length === 0 ? new Map<number, never[]>() : await readChangesOf(queries, stale);
    const current = new Map(heads.map(({ organizationKey: key }) => [key, this.held.get(key) ?? NO_TERMS]));
    for (const [organizationKey, recorded] of changes) {
      const terms = recorded.reduce(projectTerms, NO_TERMS);
      current.set(organizationKey, terms);
      this.keep(organizationKey, terms);
    }
    return (organizationKey) => current.get(organizationKey) ?? NO_TERMS;
  }

  private keep(organizationKey: number, terms: Terms): void {
    this.held.delete(organizationKey);
    this.held.set(organizationKey, terms);
    const [oldest] = this.held.keys();
    if (this.held.size > MAX_HELD_TERMS && oldest !== undefined) this.held.delete(oldest);
  }
}
