import { relayedEvents, startLedgerRelay } from '../contenders/ledger-relay';
import { consumeInto } from '../contenders/run-ours';
import { type PublishedWorkload, warmUpOf } from '../contenders/contender';
import { measureWindow, type Window, workersOf } from '../measure/window';
import type { BenchOptions } from '../options';
import { type BenchProgress, takeStep } from '../progress';
import { median, medianFigures } from '../report/figures';
import { figureCells, FIGURE_HEADS, table } from '../report/markdown';
import type { Section } from '../report/section';
import { createDatabase } from '../stage/database';
import { publish } from '../stage/publish';
import type { Stage } from '../stage/stage';

const DEFAULT_EVENTS = 300_000;

interface Round {
  /** The consumer alone. */
  readonly off: Window;
  /** Then the relay alone, on what the consumer has appended. */
  readonly relay: Window;
  /** Both at once, on another database. */
  readonly beside: Window;
  /** How long the relay went on when the consumer was done. */
  readonly behindSeconds: number;
}

/** What handing the ledger on to Kafka costs, and what it takes from the consumer beside it. */
export async function measureRelay(stage: Stage, options: BenchOptions, progress: BenchProgress): Promise<Section> {
  const { events: records = DEFAULT_EVENTS, tracePath, rounds } = options;
  const workload = { name: 'uniform', records, endsAtMs: Date.now(), tracePath } as const;
  const published = await publish(stage, workload, 'bench.relay', progress);
  const measured: Round[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const apart = await takeStep(progress, `consumer, then relay (${round} of ${rounds})`, () =>
      measureApart(stage, published, `apart_${round}`),
    );
    const both = await takeStep(progress, `consumer beside relay (${round} of ${rounds})`, () =>
      measureBeside(stage, published, `beside_${round}`),
    );
    measured.push({ ...apart, ...both });
  }
  return relaySection(measured);
}

async function measureApart(
  stage: Stage,
  workload: PublishedWorkload,
  turn: string,
): Promise<Pick<Round, 'off' | 'relay'>> {
  const database = await createDatabase(stage.databaseUrl, turn);
  try {
    const { window: off } = await consumeInto(database, stage, workload);
    const relay = await startLedgerRelay(stage, database, turn);
    try {
      const window = await measureWindow({
        passed: () => relayedEvents(database),
        workers: workersOf(stage, [relay.identity.pid]),
        from: warmUpOf(workload.records),
        until: workload.records,
      });
      return { off, relay: window };
    } finally {
      await relay.stop();
    }
  } finally {
    await database.drop();
  }
}

async function measureBeside(
  stage: Stage,
  workload: PublishedWorkload,
  turn: string,
): Promise<Pick<Round, 'beside' | 'behindSeconds'>> {
  const database = await createDatabase(stage.databaseUrl, turn);
  const relay = await startLedgerRelay(stage, database, turn);
  const workers = workersOf(stage, [relay.identity.pid]);
  const relayed = (until: number): Promise<Window> =>
    measureWindow({ passed: () => relayedEvents(database), workers, from: 0, until });
  try {
    const { window } = await consumeInto(database, stage, workload, { besidePids: workers.nodePids });
    const rest = await relayed(workload.records);
    return { beside: window, behindSeconds: rest.seconds };
  } finally {
    await relay.stop();
    await database.drop();
  }
}

function relaySection(rounds: readonly Round[]): Section {
  const windows = (of: 'off' | 'relay' | 'beside'): Window[] => rounds.map((round) => round[of]);
  const behind = median(rounds.map(({ behindSeconds }) => behindSeconds));
  const text = [
    'Medians. The relay reads the ledger after the fact, from its own checkpoints; it is never in the way of a commit.',
    '',
    table(
      ['what runs', ...FIGURE_HEADS],
      [
        ['the consumer alone (relay off)', ...figureCells(medianFigures(windows('off')))],
        ['the relay alone: what it adds', ...figureCells(medianFigures(windows('relay')))],
        ['both: events the consumer applies', ...figureCells(medianFigures(windows('beside')))],
      ],
    ),
    '',
    `When the consumer had applied the last of all waiting records, the relay went on for ${behind.toFixed(1)} s.`,
    'The CPU time of "both" is of everything that ran while the consumer worked.',
  ];
  return { title: 'Relay', text: text.join('\n') };
}
