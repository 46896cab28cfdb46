const { existsSync } = require('node:fs');
const path = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

const ROOT = path.join(__dirname, '../..');
/** Specs that start and kill whole installations. Begun late, they would still be at work when everything else is done. */
const LONGEST = ['test/e2e/local-start.e2e.spec.ts', 'test/chaos/drills.e2e.spec.ts'].map((name) =>
  path.join(ROOT, name),
);

const moved = LONGEST.filter((spec) => !existsSync(spec));
if (moved.length > 0) throw new Error(`${__filename} names what is not there: ${moved.join(', ')}`);

/** The order in which specs are begun: the longest, and then as Jest would. */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = (test) => (LONGEST.includes(test.path) ? 0 : 1);
    return super.sort(tests).sort((one, other) => rank(one) - rank(other));
  }
};
