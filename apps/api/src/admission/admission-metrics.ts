import type { AdmitPorts } from '@floopy/application';
import type { Metrics } from '@floopy/runtime';

export interface AdmissionMetrics {
  /** @param outcome a refusal's code, else what became of the question */
  noteDecision(outcome: string): void;
}

type SummedPorts = Pick<AdmitPorts, 'store' | 'followed' | 'clock'>;

/** Counts decisions as they are made; open and leaked holds are read from the store when somebody asks. */
export function createAdmissionMetrics(metrics: Metrics, ports: SummedPorts): AdmissionMetrics {
  const decisions = metrics.counter('floopy_admission_decisions_total', 'Decisions, by what was decided.', ['outcome']);
  const open = metrics.gauge(
    'floopy_admission_open_holds',
    'Open holds of the organizations that this process follows.',
  );
  const leaked = metrics.gauge('floopy_admission_leaked_holds', 'Holds that expired, as the store remembers them.');
  metrics.beforeScrape(async () => {
    const sums = await sumOf(ports);
    if (sums === null) return;
    open.set(sums.open);
    leaked.set(sums.leaked);
  });
  return { noteDecision: (outcome) => decisions.inc({ outcome }) };
}

interface Sums {
  readonly open: number;
  readonly leaked: number;
}

/** Null when the store does not answer: the figures stay as they were, and others are shown all the same. */
async function sumOf({ store, followed, clock }: SummedPorts): Promise<Sums | null> {
  const now = clock();
  try {
    const summaries = await Promise.all(
      followed.list().map(({ organizationId }) => store.summary(organizationId, now)),
    );
    return summaries.reduce<Sums>(
      (sums, summary) => ({
        open: sums.open + (summary?.openHolds ?? 0),
        leaked: sums.leaked + (summary?.leaked.holds ?? 0),
      }),
      { open: 0, leaked: 0 },
    );
  } catch {
    return null;
  }
}
