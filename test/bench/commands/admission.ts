import { join } from 'node:path';
import { startEmbeddedRedis } from '../../../deploy/local/embedded-redis';
import { type AdmissionName, type Contender, NAMES, OURS, startContender, TITLES } from '../admission/contenders';
import { createCreditedTemplate } from '../admission/credited-template';
import {
  type AdmissionTurn,
  type Asking,
  EVENTS_PER_SECOND,
  PER_SECOND,
  refusedOf,
  runTurn,
  runTurnBesideLoad,
  SECONDS,
  type Surroundings,
} from '../admission/turns';
import type { BenchOptions } from '../options';
import { type BenchProgress, takeStep } from '../progress';
import { median, percentile } from '../report/figures';
import { percent, table, whole } from '../report/markdown';
import type { Section } from '../report/section';
import type { Stage } from '../stage/stage';

const OPEN_HOLDS = 5_000;

interface Measured {
  readonly name: AdmissionName;
  readonly turns: readonly AdmissionTurn[];
}

interface Chapter {
  readonly title: string;
  readonly names: readonly AdmissionName[];
  run(contender: Contender, round: number): Promise<AdmissionTurn>;
}

/** Admissions a second and their latency, against what others do where we admit, turn by turn on the same machine. */
export async function measureAdmission(
  stage: Stage,
  options: BenchOptions,
  progress: BenchProgress,
  report: (section: Section) => void,
): Promise<void> {
  const redis = await startEmbeddedRedis({ directory: join(stage.logs, 'redis') });
  const contenders: Contender[] = [];
  try {
    await takeStep(progress, 'crediting 1,000 organizations', () => createCreditedTemplate(stage));
    for (const name of NAMES) {
      const contender = await takeStep(progress, `starting: ${TITLES[name]}`, () =>
        startContender(stage, redis.url, name),
      );
      contender.freeze();
      contenders.push(contender);
    }
    for (const chapter of chaptersAt({ stage, redisPid: redis.pid() }, options)) {
      const measured = await measureChapter(chapter, contenders, options.rounds, progress);
      report(sectionOf(chapter, measured));
    }
  } finally {
    for (const contender of contenders) await contender.stop();
    await redis.stop();
  }
}

function chaptersAt(at: Surroundings, options: BenchOptions): Chapter[] {
  const asked = (asking: (round: number) => Asking) => (contender: Contender, round: number) =>
    runTurn(at, contender, asking(round));
  /** Each turn its own, so that it has as many holds as it should. */
  let hot = 0;
  const hotWith = (openHolds: number) => () => ({ type: 'hot', organization: (hot += 1), openHolds }) as const;
  return [
    { title: 'Admission, uniform', names: NAMES, run: asked(() => ({ type: 'uniform' })) },
    { title: 'Admission, one hot organization', names: NAMES, run: asked(hotWith(0)) },
    { title: 'Admission, hot with 5,000 open holds', names: OURS, run: asked(hotWith(OPEN_HOLDS)) },
    {
      title: 'Admission, uniform, beside the ingest load',
      names: NAMES,
      run: (contender) => runTurnBesideLoad(at, contender, options),
    },
  ];
}

async function measureChapter(
  chapter: Chapter,
  contenders: readonly Contender[],
  rounds: number,
  progress: BenchProgress,
): Promise<Measured[]> {
  const turns = new Map<AdmissionName, AdmissionTurn[]>();
  for (let round = 1; round <= rounds; round += 1) {
    for (const contender of contenders.filter(({ name }) => chapter.names.includes(name))) {
      const what = `${chapter.title}, round ${round}: ${TITLES[contender.name]}`;
      const turn = await takeStep(progress, what, () => chapter.run(contender, round));
      turns.set(contender.name, [...(turns.get(contender.name) ?? []), turn]);
    }
  }
  return [...turns].map(([name, each]) => ({ name, turns: each }));
}

const HEADS = [
  'contender',
  'p50 ms',
  'p90 ms',
  'p99 ms',
  'max ms',
  'not admitted',
  'CPU µs: server',
  'stores',
  'sender',
  'others',
];
const CLOSED_HEADS = ['closed loop, per s', 'of bare'];

function sectionOf({ title }: Chapter, measured: readonly Measured[]): Section {
  const closedOf = ({ turns }: Measured): number => median(turns.map(({ closedPerSecond }) => closedPerSecond ?? NaN));
  const bare = measured.find(({ name }) => name === 'nothing');
  const hasClosed = measured.every(({ turns }) => turns.every(({ closedPerSecond }) => closedPerSecond !== null));
  const rows = measured.map((each) => {
    const closed = [whole(closedOf(each)), bare === undefined ? '' : percent(closedOf(each) / closedOf(bare))];
    return [...cellsOf(each), ...(hasClosed ? closed : [])];
  });
  const text = [introduction(hasClosed), '', table([...HEADS, ...(hasClosed ? CLOSED_HEADS : [])], rows)];
  return { title, text: text.join('\n') };
}

function cellsOf({ name, turns }: Measured): string[] {
  const medianOf = (read: (turn: AdmissionTurn) => number): number => median(turns.map(read));
  const latency = (share: number): string =>
    medianOf(({ answers }) =>
      percentile(
        answers.map(({ milliseconds }) => milliseconds),
        share,
      ),
    ).toFixed(2);
  const cpu = (['server', 'stores', 'sender'] as const).map((part) => whole(medianOf((turn) => turn.cpu[part])));
  const others = percent(medianOf(({ othersShare }) => othersShare));
  const refused = whole(medianOf(refusedOf));
  return [TITLES[name], ...[0.5, 0.9, 0.99, 1].map(latency), refused, ...cpu, others];
}

function introduction(hasClosed: boolean): string {
  const beside = `beside ${whole(EVENTS_PER_SECOND)} events/s that a consumer charges to the same organizations`;
  return [
    `\`POST /v1/admissions\` at ${whole(PER_SECOND)} requests/s in an open loop over ${SECONDS} s${hasClosed ? '' : `, ${beside}`},`,
    'none of which any limit refuses; latency from the time at which a request was due. Medians of the turns, in each of',
    'which the other contenders stand still (SIGSTOP). CPU time is for a request; stores are Postgres and Redis. The sender,',
    'which looks every millisecond what is due, shares the two cores with all of it.',
    ...(hasClosed ? ['Then, for 3 s, as many as are answered on 64 connections.'] : []),
  ].join('\n');
}
