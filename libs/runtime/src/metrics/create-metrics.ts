import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The metrics of a process, and where it makes new ones: names begin with `floopy_`, and end in their unit. */
export interface Metrics {
  readonly contentType: string;
  counter<Label extends string = never>(name: string, help: string, labels?: readonly Label[]): Counter<Label>;
  gauge<Label extends string = never>(name: string, help: string, labels?: readonly Label[]): Gauge<Label>;
  histogram<Label extends string = never>(
    name: string,
    help: string,
    buckets: readonly number[],
    labels?: readonly Label[],
  ): Histogram<Label>;
  /** Runs before every scrape, to set what is read and not counted. */
  beforeScrape(observe: () => void | Promise<void>): void;
  /** The Prometheus text. */
  scrape(): Promise<string>;
}

/** Opens a registry with the process's own figures (CPU, memory, event loop) under the label `app`. */
export function createMetrics(app: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ app });
  collectDefaultMetrics({ register: registry });
  const observers: (() => void | Promise<void>)[] = [];
  const registers = [registry];
  return {
    contentType: registry.contentType,
    counter: (name, help, labels = []) => new Counter({ name, help, labelNames: [...labels], registers }),
    gauge: (name, help, labels = []) => new Gauge({ name, help, labelNames: [...labels], registers }),
    histogram: (name, help, buckets, labels = []) =>
      new Histogram({ name, help, labelNames: [...labels], buckets: [...buckets], registers }),
    beforeScrape: (observe) => observers.push(observe),
    scrape: async () => {
      await Promise.all(observers.map(async (observe) => observe()));
      return registry.metrics();
    },
  };
}
