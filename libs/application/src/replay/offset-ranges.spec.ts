import { type PartitionStanding, readableOffsets } from './offset-ranges';

const STANDING: PartitionStanding = { partition: 3, low: 0, high: 120, firstOffset: 0, nextOffset: 100 };
const NOTHING = { readable: [], gone: [], ahead: [], before: [] };
const EVERYTHING = { partition: 3, from: null, until: null };

const ofThree = (from: number, until: number) => [{ partition: 3, from, until }];

describe('readableOffsets', () => {
  it('leaves what was not passed yet to the consumer', () => {
    expect(readableOffsets([EVERYTHING], [STANDING])).toEqual({
      ...NOTHING,
      readable: ofThree(0, 100),
      ahead: ofThree(100, 120),
    });
  });

  it('says which passed offsets are gone from the log, and reads those that are left', () => {
    expect(readableOffsets([EVERYTHING], [{ ...STANDING, low: 40, high: 100 }])).toEqual({
      ...NOTHING,
      readable: ofThree(40, 100),
      gone: ofThree(0, 40),
    });
  });

  it('says so when all that was passed is gone', () => {
    expect(readableOffsets([EVERYTHING], [{ ...STANDING, low: 110 }])).toEqual({
      ...NOTHING,
      gone: ofThree(0, 100),
      ahead: ofThree(110, 120),
    });
  });

  it('counts the end of a truncated log as gone', () => {
    expect(readableOffsets([EVERYTHING], [{ ...STANDING, high: 70 }])).toEqual({
      ...NOTHING,
      readable: ofThree(0, 70),
      gone: ofThree(70, 100),
    });
  });

  it('names what lay in the log before the partition was first read', () => {
    expect(readableOffsets([{ ...EVERYTHING, from: 0 }], [{ ...STANDING, firstOffset: 10, high: 100 }])).toEqual({
      ...NOTHING,
      before: ofThree(0, 10),
      readable: ofThree(10, 100),
    });
  });

  it('keeps to the offsets that were asked for', () => {
    expect(readableOffsets([{ partition: 3, from: 20, until: 50 }], [{ ...STANDING, low: 30 }])).toEqual({
      ...NOTHING,
      gone: ofThree(20, 30),
      readable: ofThree(30, 50),
    });
    expect(readableOffsets([{ partition: 3, from: 105, until: 500 }], [STANDING])).toEqual({
      ...NOTHING,
      ahead: ofThree(105, 120),
    });
  });

  it('leaves all of a partition that nobody has claimed to the consumer', () => {
    expect(readableOffsets([EVERYTHING], [{ ...STANDING, firstOffset: null, nextOffset: null }])).toEqual({
      ...NOTHING,
      ahead: ofThree(0, 120),
    });
  });

  it('knows nothing of a partition that is not there', () => {
    expect(readableOffsets([{ ...EVERYTHING, partition: 4 }], [STANDING])).toEqual(NOTHING);
  });
});
