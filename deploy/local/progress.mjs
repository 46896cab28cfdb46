// Says on standard error what is being done and how long it takes: one line a step, kept up to date on a terminal.

const TICK_MS = 1000;
const LONG_MS = 3000;
const ERASE_LINE = '\r\u001B[K';

/** @returns `step(what)`; its answer has `note(detail)` for progress within the step, `done(outcome)` and `fail()`. */
export function createProgress(stream = process.stderr) {
  const live = stream.isTTY && process.env['CI'] === undefined;
  return { step: (what) => startStep(stream, live, what) };
}

function startStep(stream, live, what) {
  const began = performance.now();
  let detail = '';
  const draw = () => stream.write(`${ERASE_LINE}  · ${what}${detail} … ${elapsed(began)}`);
  // In a log a step is one line, when it is over; one that takes long is told when it is under way, too.
  const timer = live ? setInterval(draw, TICK_MS) : setTimeout(() => stream.write(`  · ${what} …\n`), LONG_MS);
  timer.unref();
  if (live) draw();
  const finish = (mark, outcome) => {
    clearTimeout(timer);
    stream.write(
      `${live ? ERASE_LINE : ''}  ${mark} ${what}${outcome === '' ? '' : `: ${outcome}`} (${elapsed(began)})\n`,
    );
  };
  return {
    note: (text) => {
      detail = ` (${text})`;
      if (!live) clearTimeout(timer);
      if (live) draw();
      else stream.write(`  · ${what}: ${text}\n`);
    },
    done: (outcome = '') => finish('✓', outcome),
    fail: (outcome = 'failed') => finish('✗', outcome),
  };
}

function elapsed(began) {
  return `${((performance.now() - began) / 1000).toFixed(1)} s`;
}
