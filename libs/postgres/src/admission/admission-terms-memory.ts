import type { KnownTerms } from '@floopy/application';
import {
  type AdmissionTerms,
  type OrganizationId,
  type PlanCatalogue,
  planCatalogueOf,
  type PriceBook,
} from '@floopy/domain';
import type { DatabasePool } from '../connection/pool';
import { type Queries, queriesOf } from '../connection/queries';
import { inTransaction } from '../connection/transaction';
import { readTerms } from '../organization/read-terms';
import { readPlans } from '../plans/read-plans';
import { readPriceBook } from '../pricing/read-price-book';
import { readPublishedVersion } from '../pricing/read-published-version';

const BEGIN_SNAPSHOT = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';

interface Published {
  readonly version: number;
  readonly plans: PlanCatalogue;
  readonly book: PriceBook;
}

/** Terms by organization, and one copy of plans and prices, for as long as nobody says that they have changed. */
export class AdmissionTermsMemory implements KnownTerms {
  private readonly held = new Map<OrganizationId, AdmissionTerms>();
  private readonly reading = new Map<OrganizationId, Promise<AdmissionTerms | null>>();
  private published: Published | null = null;

  constructor(private readonly pool: DatabasePool) {}

  async of(organizationId: OrganizationId): Promise<AdmissionTerms | null> {
    return this.held.get(organizationId) ?? this.reading.get(organizationId) ?? this.readOnce(organizationId);
  }

  forget(organizationId: OrganizationId): void {
    this.held.delete(organizationId);
    this.reading.delete(organizationId);
  }

  /** Forgets all of it when plans or prices were published since. */
  async forgetWhatWasReplaced(): Promise<void> {
    if (this.published === null) return;
    const version = await readPublishedVersion(queriesOf(this.pool));
    if (version === this.published.version) return;
    this.published = null;
    this.held.clear();
    this.reading.clear();
  }

  /** Whoever asks meanwhile shares the reading, until somebody says that there is something newer to read. */
  private async readOnce(organizationId: OrganizationId): Promise<AdmissionTerms | null> {
    const reading = inTransaction(this.pool, (queries) => this.read(queries, organizationId), BEGIN_SNAPSHOT);
    this.reading.set(organizationId, reading);
    const isNewest = (): boolean => this.reading.get(organizationId) === reading;
    try {
      const read = await reading;
      // What was replaced while it was read is good for these answers, and not kept.
      if (read !== null && isNewest() && read.book === this.published?.book) this.held.set(organizationId, read);
      return read;
    } finally {
      if (isNewest()) this.reading.delete(organizationId);
    }
  }

  private async read(queries: Queries, organizationId: OrganizationId): Promise<AdmissionTerms | null> {
    const [organization] = await queries.query<{ organization_key: number; markup_basis_points: number | null }>({
      name: 'read_agreed_markup',
      text: 'SELECT organization_key, markup_basis_points FROM organization WHERE organization_id = $1',
      values: [organizationId],
    });
    if (organization === undefined) return null;
    const { organization_key: organizationKey, markup_basis_points: markupBasisPoints } = organization;
    this.published ??= await readPublished(queries);
    const { plans, book } = this.published;
    return { terms: await readTerms(queries, organizationKey), plans, book, markupBasisPoints };
  }
}

async function readPublished(queries: Queries): Promise<Published> {
  const { book, publishedVersion } = await readPriceBook(queries);
  return { version: publishedVersion, plans: planCatalogueOf(await readPlans(queries)), book };
}
