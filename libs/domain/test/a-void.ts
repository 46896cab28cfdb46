import { organizationIdOf } from '../src/organization/organization';
import { type IdentifiedRecord, identifyUsage } from '../src/usage/usage-record';
import type { UsageEvent } from '../src/usage/usage-event';
import type { UsageVoid } from '../src/usage/usage-void';
import { at } from './a-usage-event';
import { sha256 } from './sha256';

/** That `evt_1` of `org_acme` was a mistake, said an hour after it. */
export function aVoid(stated: Partial<UsageVoid> = {}): UsageVoid {
  return {
    organizationId: organizationIdOf('org_acme'),
    source: '/floopy/gateway/eu-1',
    id: 'void_1',
    occurredAt: at('2026-11-23T11:00:00Z'),
    voided: { source: '/floopy/gateway/eu-1', id: 'evt_1' },
    reason: 'sent by mistake',
    ...stated,
  };
}

/** Events and voids at offsets 0, 1, 2 …, as they are settled. */
export function mixedRecords(...events: readonly (UsageEvent | UsageVoid)[]): IdentifiedRecord[] {
  return events.map((event, offset) =>
    identifyUsage(offset, 'voided' in event ? { type: 'voided', event } : { type: 'usage', event }, sha256),
  );
}
