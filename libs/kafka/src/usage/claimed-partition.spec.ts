import type { KafkaMessage } from 'kafkajs';
import {
  type ClaimedPartition,
  faultOfTopic,
  nextRun,
  openClaim,
  passed,
  readNothing,
  readRecords,
} from './claimed-partition';

const LOG = { low: 0, high: 20 };

function aClaim(lastRecordOffset: number | null, nextOffset = 10): ClaimedPartition {
  const lastRecord = lastRecordOffset === null ? null : { offset: lastRecordOffset, digest: 'd' };
  return openClaim({ epoch: 1, nextOffset, lastRecord, halted: null }, LOG);
}

function records(...offsets: number[]): KafkaMessage[] {
  return offsets.map((offset) => ({ offset: String(offset) }) as KafkaMessage);
}

const PLACE = { topic: 'usage', partition: 3 };

describe('a claimed partition', () => {
  it('is read from the record that was read last, wherever the position stands behind it', () => {
    expect(aClaim(6)).toMatchObject({ nextOffset: 10, readUntil: 6, unverified: { offset: 6 } });
  });

  it('is read from the position when no record was read yet, or the log has it no more', () => {
    const claim = { epoch: 1, nextOffset: 10, lastRecord: { offset: 6, digest: 'd' }, halted: null };
    expect(aClaim(null)).toMatchObject({ readUntil: 10, unverified: null });
    expect(openClaim(claim, { low: 7, high: 20 })).toMatchObject({ readUntil: 10, unverified: null });
  });

  it('knows that a stretch is empty only when nothing lies between it and what was read before', () => {
    const claimed = aClaim(null);
    readNothing(claimed, { first: 12, last: 14 });
    expect(claimed.readUntil).toBe(10);
    readNothing(claimed, { first: 10, last: 11 });
    readNothing(claimed, { first: 12, last: 14 });
    readNothing(claimed, { first: 3, last: 5 });
    expect(claimed).toMatchObject({ nextOffset: 10, readUntil: 15 });
  });

  it('never goes back', () => {
    const claimed = aClaim(null);
    passed(claimed, 12);
    passed(claimed, 11);
    expect(claimed).toMatchObject({ nextOffset: 12, readUntil: 12 });
  });

  it('keeps what was read until it is passed, without what the database has passed already', () => {
    const claimed = aClaim(6);
    readRecords(claimed, records(6, 8, 9, 10, 11), { first: 6, last: 11 });
    readRecords(claimed, records(13), { first: 12, last: 14 });
    expect(claimed).toMatchObject({ nextOffset: 10, readUntil: 15, waiting: records(10, 11, 13) });
    passed(claimed, 12);
    expect(claimed).toMatchObject({ nextOffset: 12, readUntil: 15, waiting: records(13) });
    passed(claimed, 15);
    expect(claimed).toMatchObject({ nextOffset: 15, readUntil: 15, waiting: [] });
  });

  it('is passed run by run, each up to the record behind it, and the last with the hole at its end', () => {
    const claimed = aClaim(null);
    readRecords(claimed, records(11, 12, 14, 15), { first: 10, last: 17 });
    const run = nextRun(claimed, PLACE, 2);
    expect(run).toEqual({
      ...PLACE,
      epoch: 1,
      continuousFrom: 10,
      continuousUntil: 14,
      messages: records(11, 12),
      following: records(14, 15),
    });
    expect(nextRun(claimed, PLACE, 2)).toEqual(run);
    passed(claimed, run.continuousUntil);
    const rest = { continuousFrom: 14, continuousUntil: 18, messages: records(14, 15), following: [] };
    expect(nextRun(claimed, PLACE, 5)).toMatchObject(rest);
  });

  it('has a run without records where the log holds none', () => {
    const claimed = aClaim(null);
    readNothing(claimed, { first: 10, last: 12 });
    expect(nextRun(claimed, PLACE, 2)).toMatchObject({ continuousFrom: 10, continuousUntil: 13, messages: [] });
  });

  it('is another one when the offset of its last record holds none', () => {
    expect(faultOfTopic(aClaim(6), { first: 6, last: 9 })).toMatch('offset 6 holds no record any more');
    expect(faultOfTopic(aClaim(6), { first: 7, last: 9 })).toBeNull();
    expect(faultOfTopic(aClaim(null), { first: 6, last: 9 })).toBeNull();
  });
});
