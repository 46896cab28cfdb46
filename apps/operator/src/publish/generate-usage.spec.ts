import { generateUsage, type GeneratorTerms, USUAL_MODELS } from './generate-usage';
import type { SourcedUsage } from './usage-source';

function play(overrides: Partial<GeneratorTerms> = {}): SourcedUsage[] {
  const from = new Date('2026-11-01T00:00:00Z');
  const organizationIds = ['org_acme', 'org_globex'];
  const terms = { organizationIds, seed: 1, count: 20_000, from, models: USUAL_MODELS, ...overrides };
  return [...(generateUsage(terms).usages as Iterable<SourcedUsage>)];
}

/** The value below which a share of all values lies. */
function quantile(values: readonly number[], share: number): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length * share)] ?? 0;
}

describe('generateUsage', () => {
  const usages = play();

  it('plays the same events for the same terms, and others for another seed', () => {
    expect(play({ count: 100 })).toEqual(usages.slice(0, 100));
    expect(play({ count: 100, seed: 2 })).not.toEqual(usages.slice(0, 100));
  });

  it('plays events of its own whenever no time is given', () => {
    const [first] = play({ count: 1, from: null });
    expect(first?.id).not.toBe(usages[0]?.id);
    expect(Date.now() - Number(first?.time.getTime())).toBeLessThan(5_000);
  });

  it.each([
    ['input', 0.05, 181],
    ['input', 0.25, 396],
    ['input', 0.5, 1_020],
    ['input', 0.9, 2_735],
    ['input', 0.99, 4_142],
    ['output', 0.05, 41],
    ['output', 0.5, 129],
    ['output', 0.75, 395],
    ['output', 0.99, 601],
  ] as const)('has %s tokens in the shape of the trace at %d', (side, share, tokens) => {
    const served = usages.filter(({ usage }) => usage.outcome === 'succeeded');
    const counts = served.map(({ usage }) => usage.usage[`${side}_tokens`]);
    expect(Math.abs(quantile(counts, share) / tokens - 1)).toBeLessThan(0.1);
  });

  it('has the mean of the trace', () => {
    const served = usages.filter(({ usage }) => usage.outcome === 'succeeded');
    const mean = (side: 'input_tokens' | 'output_tokens'): number =>
      served.reduce((sum, { usage }) => sum + usage.usage[side], 0) / served.length;
    expect(Math.abs(mean('input_tokens') / 1_154.7 - 1)).toBeLessThan(0.1);
    expect(Math.abs(mean('output_tokens') / 211.1 - 1)).toBeLessThan(0.1);
  });

  it('makes ids of realistic length, each event its own', () => {
    expect(new Set(usages.map(({ id }) => id)).size).toBe(usages.length);
    for (const { usage, id } of usages.slice(0, 100)) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(usage.request_id).toHaveLength(28);
      expect(usage.user_id).toHaveLength(24);
      expect(usage.session_id).toHaveLength(26);
    }
  });

  it('plays both origins, several outcomes, and now and then a second attempt of a request', () => {
    const share = (of: (usage: SourcedUsage['usage']) => boolean): number =>
      usages.filter(({ usage }) => of(usage)).length / usages.length;
    expect(share(({ origin }) => origin === 'playground')).toBeCloseTo(0.2, 1);
    expect(share(({ outcome }) => outcome === 'succeeded')).toBeGreaterThan(0.95);
    expect(new Set(usages.map(({ usage }) => usage.outcome)).size).toBe(4);
    const requests = new Map(usages.map(({ usage }) => [usage.request_id, usage.organization_id]));
    expect(requests.size).toBeLessThan(usages.length);
    expect(usages.every(({ usage }) => requests.get(usage.request_id) === usage.organization_id)).toBe(true);
  });

  it('names the same teams, users and keys of an organization again and again', () => {
    const acme = usages.filter(({ usage }) => usage.organization_id === 'org_acme').map(({ usage }) => usage);
    expect(new Set(acme.map(({ team_id: team }) => team)).size).toBe(6);
    expect(new Set(acme.map(({ user_id: user }) => user)).size).toBe(400);
  });
});
