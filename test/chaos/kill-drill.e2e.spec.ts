import { compareWithManifest } from './compare-with-manifest';
import { type DrillGround, openDrillGround } from './drill-ground';
import { runKillDrill } from './kill-drill';

describe('the kill drill, small', () => {
  let ground: DrillGround;

  beforeAll(async () => {
    ground = await openDrillGround(() => undefined);
  });

  afterAll(() => ground.close());

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
