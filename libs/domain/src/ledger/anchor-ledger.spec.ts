import { sha256 } from '../../test/sha256';
import { at } from '../../test/a-usage-event';
import { organizationIdOf } from '../organization/organization';
import { type AnchoredHead, beginAnchor, extendAnchor, isAnchoredAfter } from './anchor-ledger';
import { GENESIS_HASH } from './hash-ledger-event';

const ANCHORED_AT = at('2026-11-24T00:00:00Z');
const ACME: AnchoredHead = { organizationId: organizationIdOf('org_acme'), sequence: 5, hash: GENESIS_HASH };
const GLOBEX: AnchoredHead = { ...ACME, organizationId: organizationIdOf('org_globex') };

const rootOf = (heads: readonly AnchoredHead[], anchoredAt = ANCHORED_AT): string =>
  heads.reduce((link, head) => extendAnchor(link, head, sha256), beginAnchor(anchoredAt, sha256));

describe('an anchor', () => {
  it('is a chain over its time and its heads that anybody can compute', () => {
    const first = sha256('15:floopy.anchor.113:1795478400000');
    expect(rootOf([])).toBe(first);
    expect(rootOf([ACME])).toBe(sha256(`15:floopy.anchor.164:${first}8:org_acme1:564:${'0'.repeat(64)}`));
  });

  it.each<[string, readonly AnchoredHead[]]>([
    ['an organization less', [ACME]],
    ['another order', [GLOBEX, ACME]],
    ['another sequence', [ACME, { ...GLOBEX, sequence: 4 }]],
    ['another hash', [{ ...ACME, hash: '1'.repeat(64) as AnchoredHead['hash'] }, GLOBEX]],
  ])('has another root with %s', (_, heads) => {
    expect(rootOf(heads)).not.toBe(rootOf([ACME, GLOBEX]));
  });

  it('has another root at another time', () => {
    expect(rootOf([ACME], at('2026-11-25T00:00:00Z'))).not.toBe(rootOf([ACME]));
  });

  it('names each organization once, in ascending order', () => {
    expect(isAnchoredAfter(null, ACME.organizationId)).toBe(true);
    expect(isAnchoredAfter(ACME.organizationId, GLOBEX.organizationId)).toBe(true);
    expect(isAnchoredAfter(ACME.organizationId, ACME.organizationId)).toBe(false);
  });
});
