import { strict as assert } from 'node:assert';
import { assertAnswered, type Played } from './answers';
import { absorb, planReplay, rebuild, redrive, runReplay } from './machine-acts';
import { discard } from './operator-acts';
import { OPERATORS } from './play-operators';
import { say } from './say';
import type { Act, Step } from './steps';
import { HOUR_MS, MINUTE_MS, type World } from './world';

/** Does one step for real, tells the oracle, and compares what both answer. @throws where they differ */
export async function play(world: World, { act, cut }: Step): Promise<void> {
  // Steps are further apart than the grace that verification grants to clocks.
  world.now += MINUTE_MS;
  await (PLAYED[act.type] as Played<Act['type']>)(world, act, cut);
}

const PLAYED: { readonly [Type in Act['type']]: Played<Type> } = {
  ...OPERATORS,
  say: (world, { partition, sayings }) => say(world, partition, sayings),
  wait(world, { hours }) {
    world.now += hours * HOUR_MS;
  },
  async read(world, { most, isFatal }, cut) {
    for (const { partition, offsets } of await world.consumer.read(most, { cut, isFatal })) {
      world.oracle.read(partition, offsets, world.now);
    }
  },
  async 'read wrongly'(world, { fault }) {
    const told = fault === 'replaced' ? 'fenced' : 'gap';
    const expected = world.logs.map(() => told);
    assert.deepEqual(await world.consumer.readWrongly(fault), expected, `what a reader is told that is ${fault}`);
  },
  async redrive(world, { reason }, cut) {
    await world.cuts.during(cut, () => redrive(world, reason));
    world.oracle.redrive(reason, world.now);
  },
  async discard(world, { nth }, cut) {
    const letter = world.oracle.letters[nth];
    if (letter === undefined) return;
    await world.cuts.during(cut, () => discard(world, letter.partition, letter.offset));
    world.oracle.discard(nth);
  },
  async replay(world, _, cut) {
    const { result } = await world.cuts.during(cut, () => planReplay(world));
    const passed = world.oracle.tallies.reduce(
      (sum, { applied, duplicates, parked }) => sum + applied + duplicates + parked,
      0,
    );
    assert.equal(
      result.records.reduce((sum, { records }) => sum + records, 0),
      passed,
      'records that a replay looks at',
    );
    assert.ok(
      !result.records.some(({ outcome }) => outcome === 'unaccounted'),
      'a replay finds a record unaccounted for',
    );
    await assertAnswered(world, { subject: 'a replay', says: 'applied', cut }, () => runReplay(world, result.number));
    world.oracle.redrive(null, world.now);
  },
  async rebuild(world, _, cut) {
    const { result } = await world.cuts.during(cut, () => rebuild(world));
    assert.deepEqual(result, [], 'differences that a rebuild finds');
  },
  async absorb(world, _, cut) {
    await world.cuts.during(cut, () => absorb(world));
  },
};
