import { type BenchProgress, takeStep } from '../progress';
import type { PublishedWorkload } from '../contenders/contender';
import { publishWorkload } from '../workload/publish-workload';
import { eventsOf, type Workload } from '../workload/workloads';
import type { Stage } from './stage';
import { createUsageTopic } from './topic';

/** Publishes a workload on a topic of its own, before anybody reads it. */
export async function publish(
  stage: Stage,
  workload: Workload,
  topic: string,
  progress: BenchProgress,
): Promise<PublishedWorkload> {
  await takeStep(progress, `publishing ${workload.records} records (${workload.name})`, async () => {
    await createUsageTopic(stage.brokers, topic);
    await publishWorkload(stage.brokers, topic, eventsOf(workload));
  });
  return { ...workload, topic };
}
