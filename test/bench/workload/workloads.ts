import type { UsageEvent } from '@floopy/domain';
import { ORGANIZATIONS } from './organizations';
import { Random } from './random';
import { UsageGenerator } from './usage-generator';

export const WORKLOADS = ['uniform', 'hot', 'duplicates'] as const;
export type WorkloadName = (typeof WORKLOADS)[number];

const DUPLICATES_IN_100 = 10;
/** A duplicate repeats one of about this many events before it: a producer resends soon. */
const RESEND_WITHIN = 5_000;

/** The records of a workload in the order in which they are published; the same in every run. */
export function* eventsOf(workload: WorkloadName, count: number, endsAtMs: number): Generator<UsageEvent> {
  const random = new Random(7);
  const generator = new UsageGenerator(11);
  const sent: UsageEvent[] = [];
  for (let index = 0; index < count; index += 1) {
    const isResent = workload === 'duplicates' && sent.length > 0 && random.below(100) < DUPLICATES_IN_100;
    const repeated = isResent ? sent[random.below(sent.length)] : undefined;
    const event = repeated ?? generator.event(organizationOf(workload, random), endsAtMs - (count - index));
    yield event;
    if (workload === 'duplicates' && repeated === undefined) remember(sent, event, random);
  }
}

function remember(sent: UsageEvent[], event: UsageEvent, random: Random): void {
  if (sent.length < RESEND_WITHIN) sent.push(event);
  else sent[random.below(RESEND_WITHIN)] = event;
}

function organizationOf(workload: WorkloadName, random: Random): number {
  return workload === 'hot' ? 0 : random.below(ORGANIZATIONS);
}
