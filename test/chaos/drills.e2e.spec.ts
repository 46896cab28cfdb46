import { runAdmissionDrill } from './admission-drill';
import { openAdmissionGround } from './admission-ground';
import { compareWithManifest } from './compare-with-manifest';
import { type DrillGround, openDrillGround } from './drill-ground';
import { runKillDrill } from './kill-drill';

let ground: DrillGround;

beforeAll(async () => {
  ground = await openDrillGround(() => undefined, { quickStart: true });
});

afterAll(() => ground.close());

describe('the kill drill, small', () => {
  it('loses, doubles and misprices nothing while consumer, Postgres and broker are killed', async () => {
    const { manifest, kills } = await runKillDrill({
      ...ground,
      seed: 20_261_123,
      events: 15_000,
      kills: { consumer: 2, postgres: 1, broker: 1 },
      note: () => undefined,
    });
    expect(kills.map(({ victim }) => victim).sort()).toEqual(['broker', 'consumer', 'consumer', 'postgres']);
    expect(kills.some(({ insideBatch }) => insideBatch)).toBe(true);
    expect(await compareWithManifest(ground.databaseUrl, manifest)).toEqual([]);
  });
});

describe('the admission drill, small', () => {
  it('admits never more than was credited, and holds nothing in the end, while API and Redis are killed', async () => {
    const admission = await openAdmissionGround(ground, { store: 'redis', organizations: 3, holdSeconds: 60 });
    const kills = { api: 1, redis: 1, consumer: 0 };
    const result = await runAdmissionDrill({
      ground: admission,
      seed: 20_261_124,
      kills,
      note: () => undefined,
      abandoned: 0,
    });
    await admission.close();
    expect(result.account.found).toEqual([]);
    expect(result.kills).toHaveLength(2);
    expect(result.account.counts.refusals).toBeGreaterThan(0);
  });
});
