import type { KnownTerms } from '@floopy/application';
import {
  type AdmissionTerms,
  type OrganizationId,
  type PlanCatalogue,
  planCatalogueOf,
  type PriceBook,
} from '@floopy/domain';
import type { DatabasePool } from '../connection/pool';
import type { Queries } from '../connection/queries';
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
  private published: Published | null = null;

  constructor(private readonly pool: DatabasePool) {}

  async of(organizationId: OrganizationId): Promise<AdmissionTerms | null> {
    const known = this.held.get(organizationId);
    if (known !== undefined) return known;
    const read = await inTransaction(this.pool, (queries) => this.read(queries, organizationId), BEGIN_SNAPSHOT);
    // What was replaced while it was read is good for this one answer, and not kept.
    if (read !== null && read.book === this.published?.book) this.held.set(organizationId, read);
    return read;
  }

  forget(organizationId: OrganizationId): void {
    this.held.delete(organizationId);
  }

  /** Forgets all of it when plans or prices were published since. */
  async forgetWhatWasReplaced(): Promise<void> {
    if (this.published === null) return;
    const version = await inTransaction(this.pool, (queries) => readPublishedVersion(queries), BEGIN_SNAPSHOT);
    if (version === this.published.version) return;
    this.published = null;
    this.held.clear();
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
