import { createKafka } from '@floopy/kafka';
import type { DatabasePool } from '@floopy/postgres';
import type { Environment, KafkaConnection } from '@floopy/runtime';
import { openDatabase, type SessionPurpose } from './open-database';
import { type Progress, type ProgressTerms, showProgress } from './progress';
import { reachKafka } from './reach-kafka';

/** What lies around a command: where it reads its settings, and where it writes. */
export interface Surroundings {
  readonly environment: Environment;
  readonly writeOut: (text: string) => void;
  readonly writeError: (text: string) => void;
  /** Whether somebody looks at stderr. */
  readonly isWatched: boolean;
  /** Aborted by the first Ctrl-C: long work ends where it is and tells how far it came. */
  readonly stop: AbortSignal;
}

/** What one command holds open while it runs: every part is reached when it is first asked for. */
export class Session {
  /** Who acts, and under which number that is written down: set before the work of a command that changes something. */
  operator: string | null = null;
  actNumber: number | null = null;
  private pool: Promise<DatabasePool> | null = null;
  private readonly ends: (() => void)[] = [];

  constructor(
    readonly surroundings: Surroundings,
    private readonly purpose: SessionPurpose,
  ) {}

  get stop(): AbortSignal {
    return this.surroundings.stop;
  }

  /** @throws NotReachable when Postgres does not answer. */
  database(): Promise<DatabasePool> {
    this.pool ??= openDatabase(this.surroundings.environment, this.purpose);
    return this.pool;
  }

  /** @throws NotReachable when no broker answers. */
  kafkaConnection(): Promise<KafkaConnection> {
    return reachKafka(this.surroundings.environment);
  }

  async kafka(): Promise<ReturnType<typeof createKafka>> {
    return createKafka({ ...(await this.kafkaConnection()), clientId: 'floopy-operator' });
  }

  /** For a person, beside the answer. */
  note(text: string): void {
    this.surroundings.writeError(`${text}\n`);
  }

  showProgress(terms: ProgressTerms): Progress {
    return showProgress(terms, this.surroundings.isWatched);
  }

  /** What else the command has opened, and how it is let go of. */
  endWith(end: () => void): void {
    this.ends.push(end);
  }

  async close(): Promise<void> {
    for (const end of this.ends) end();
    const pool = await this.pool?.catch(() => null);
    await pool?.end();
  }
}
