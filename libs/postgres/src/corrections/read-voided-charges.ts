import { type CorrectedCharge, type Digest, type IdentifiedVoid, isCharge } from '@floopy/domain';
import { uuidArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';
import { type Label, LABEL_KIND } from '../ledger/label';
import { causeKindCodes } from '../ledger/ledger-codes';
import { LEDGER_COLUMNS, type StoredLedgerRow } from '../ledger/map-ledger-row';
import { type LedgerRange, mapLedgerRows } from '../ledger/read-ledger-events';
import { readCorrections } from './read-corrections';

type Organization = Pick<LedgerRange, 'organizationKey' | 'organizationId'>;

/** A void on a locked stream. */
export interface KeyedVoid {
  readonly organizationKey: number;
  readonly usage: IdentifiedVoid;
}

/**
 * The charges that voids name, with their corrections, by the identity of their events; what was not applied is absent.
 * Nothing is asked for a batch without a void, which nearly every one is. The caller holds the lock of each stream.
 */
export async function readVoidedCharges(
  queries: Queries,
  voids: readonly KeyedVoid[],
): Promise<Map<Digest, CorrectedCharge>> {
  const charges = new Map<Digest, CorrectedCharge>();
  for (const [organization, identities] of byOrganization(voids)) {
    const rows = await readCharges(queries, organization, identities);
    const stored = await mapLedgerRows(queries, organization, rows);
    const sequences = stored.map(({ event }) => event.sequence);
    const corrections = await readCorrections(queries, organization, sequences);
    for (const { event, identity } of stored) {
      if (identity === null || !isCharge(event)) continue;
      charges.set(identity, { charge: event, corrections: corrections.get(event.sequence) ?? [] });
    }
  }
  return charges;
}

function byOrganization(voids: readonly KeyedVoid[]): Map<Organization, Digest[]> {
  const organizations = new Map<number, Organization>();
  const identities = new Map<Organization, Digest[]>();
  for (const { organizationKey, usage } of voids) {
    const { organizationId } = usage.event;
    const organization = organizations.get(organizationKey) ?? { organizationKey, organizationId };
    organizations.set(organizationKey, organization);
    const known = identities.get(organization);
    if (known === undefined) identities.set(organization, [usage.voided]);
    else known.push(usage.voided);
  }
  return identities;
}

function readCharges(
  queries: Queries,
  { organizationKey }: Organization,
  identities: readonly Digest[],
): Promise<StoredLedgerRow[]> {
  return queries.query<StoredLedgerRow>({
    name: 'read_voided_charges',
    text: `
      SELECT ${LEDGER_COLUMNS}
        FROM ledger_event
       WHERE organization_key = $1 AND identity = ANY ($2::uuid[])
         AND cause_kind = ${causeKindCodes.codeOf('usage_event')}`,
    values: [organizationKey, uuidArray(identities)],
  });
}

/** What the reversals of these charges name: the sources of the voids, and what they repeat of the charges. */
export function labelsOfVoids(
  voids: readonly KeyedVoid[],
  charges: ReadonlyMap<Digest, CorrectedCharge>,
): Omit<Label, 'labelKey'>[] {
  return voids.flatMap(({ organizationKey, usage: { event, voided } }) => {
    const usage = charges.get(voided)?.charge.usage;
    const names = [event.source, usage?.provider, usage?.model, usage?.teamId, usage?.promptId];
    return names.flatMap((value) =>
      value === undefined || value === null ? [] : [{ organizationKey, kind: LABEL_KIND.name, value }],
    );
  });
}
