import type { UsageEvent } from '@floopy/domain';
import { readAzureTrace } from './azure-trace';
import { ORGANIZATIONS } from './organizations';
import { Random } from './random';
import { tokensOf, UsageGenerator } from './usage-generator';

export const WORKLOADS = ['uniform', 'hot', 'duplicates', 'trace'] as const;
export type WorkloadName = (typeof WORKLOADS)[number];

/** All that is needed to make the same events again, in another process too. */
export interface Workload {
  readonly name: WorkloadName;
  readonly records: number;
  /** When the last generated event occurs; those of the trace occur when they did. */
  readonly endsAtMs: number;
  readonly tracePath: string;
  /** Another series has other events with other ids; 0 when absent. */
  readonly series?: number | undefined;
}

const DUPLICATES_IN_100 = 10;
/** A duplicate repeats one of about this many events before it: a producer resends soon. */
const RESEND_WITHIN = 5_000;
const TRACE_ORGANIZATIONS = 50;
const HOUR_MS = 3_600_000;

/** What a workload is, in words. */
export const WORKLOAD_DESCRIPTIONS: Readonly<Record<WorkloadName, string>> = {
  uniform: `${ORGANIZATIONS.toLocaleString('en')} organizations, equally often`,
  hot: 'one organization, and so one partition',
  duplicates: `as uniform, ${DUPLICATES_IN_100} % of the records sent again`,
  trace: `the real trace over ${TRACE_ORGANIZATIONS} organizations, hour after hour`,
};

/** The records of a workload in the order in which they are published. */
export function eventsOf(workload: Workload): Generator<UsageEvent> {
  if (workload.name === 'duplicates') return withDuplicates(workload);
  return workload.name === 'trace' ? traced(workload) : generated(workload);
}

function* generated({ name, records, endsAtMs, series = 0 }: Workload): Generator<UsageEvent> {
  const random = new Random(7 + series);
  const generator = new UsageGenerator(11_000 + series);
  for (let index = 0; index < records; index += 1) {
    const organization = name === 'hot' ? 0 : random.below(ORGANIZATIONS);
    yield generator.event(organization, endsAtMs - (records - index));
  }
}

function* withDuplicates(workload: Workload): Generator<UsageEvent> {
  const random = new Random(13);
  const sent: UsageEvent[] = [];
  let left = workload.records;
  for (const event of generated(workload)) {
    for (; left > 0 && sent.length > 0 && random.below(100) < DUPLICATES_IN_100; left -= 1) {
      yield sent[random.below(sent.length)] ?? event;
    }
    if (left === 0) return;
    yield event;
    left -= 1;
    if (sent.length < RESEND_WITHIN) sent.push(event);
    else sent[random.below(RESEND_WITHIN)] = event;
  }
}

/** Again from its beginning when it is over, an hour later and with other ids: an hour of it is soon read. */
function* traced(workload: Workload): Generator<UsageEvent> {
  const requests = readAzureTrace(workload.tracePath);
  if (requests === undefined) return yield* generated(workload);
  const generator = new UsageGenerator(17);
  for (let index = 0; index < workload.records; index += 1) {
    const request = requests[index % requests.length];
    if (request === undefined) return;
    const pass = Math.floor(index / requests.length);
    const tokens = tokensOf(request.inputTokens, request.outputTokens);
    yield generator.eventWith(index % TRACE_ORGANIZATIONS, request.atMs + pass * HOUR_MS, tokens);
  }
}
