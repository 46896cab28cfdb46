import { type ClaimedPartition, faultOfTopic, openClaim, passed, readNothing } from './claimed-partition';

const LOG = { low: 0, high: 20 };

function aClaim(lastRecordOffset: number | null, nextOffset = 10): ClaimedPartition {
  const lastRecord = lastRecordOffset === null ? null : { offset: lastRecordOffset, digest: 'd' };
  return openClaim({ epoch: 1, nextOffset, lastRecord, halted: null }, LOG);
}

describe('a claimed partition', () => {
  it('is read from the record that was read last, wherever the position stands behind it', () => {
    expect(aClaim(6)).toMatchObject({ nextOffset: 10, emptyUntil: 6, unverified: { offset: 6 } });
  });

  it('is read from the position when no record was read yet, or the log has it no more', () => {
    const claim = { epoch: 1, nextOffset: 10, lastRecord: { offset: 6, digest: 'd' }, halted: null };
    expect(aClaim(null)).toMatchObject({ emptyUntil: 10, unverified: null });
    expect(openClaim(claim, { low: 7, high: 20 })).toMatchObject({ emptyUntil: 10, unverified: null });
  });

  it('knows that a stretch is empty only when nothing lies between it and what was read before', () => {
    const claimed = aClaim(null);
    readNothing(claimed, { first: 12, last: 14 });
    expect(claimed.emptyUntil).toBe(10);
    readNothing(claimed, { first: 10, last: 11 });
    readNothing(claimed, { first: 12, last: 14 });
    readNothing(claimed, { first: 3, last: 5 });
    expect(claimed).toMatchObject({ nextOffset: 10, emptyUntil: 15 });
  });

  it('never goes back', () => {
    const claimed = aClaim(null);
    passed(claimed, 12);
    passed(claimed, 11);
    expect(claimed).toMatchObject({ nextOffset: 12, emptyUntil: 12 });
  });

  it('is another one when the offset of its last record holds none', () => {
    expect(faultOfTopic(aClaim(6), { first: 6, last: 9 })).toMatch('offset 6 holds no record any more');
    expect(faultOfTopic(aClaim(6), { first: 7, last: 9 })).toBeNull();
    expect(faultOfTopic(aClaim(null), { first: 6, last: 9 })).toBeNull();
  });
});
