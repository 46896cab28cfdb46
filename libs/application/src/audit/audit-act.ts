import { withoutSecrets, withoutSecretsIn } from './without-secrets';

/** What an operator is about to do, as it is written down before it happens. */
export interface OperatorAct {
  /** Who does it, as they say … */
  readonly actor: string;
  /** … and as whom the machine or the API knows them, which nobody can choose. */
  readonly account: string;
  readonly channel: 'command_line' | 'http';
  /** Such as `rate-cards publish` or `POST /v1/organizations`. */
  readonly command: string;
  /** What JSON can say: as they were given. */
  readonly arguments: unknown;
  /** The stored plan that it runs, if any. */
  readonly plan: string | null;
}

export interface ActOutcome {
  readonly type: 'done' | 'failed';
  /** What came of it, or why nothing did. */
  readonly detail: string | null;
}

export interface AuditPorts {
  readonly store: {
    /** Keeps it for good. @returns its number */
    saveAct(act: OperatorAct): Promise<number>;
    saveOutcome(actNumber: number, outcome: ActOutcome): Promise<void>;
  };
  /** Told that an act has ended and how could not be written down: it stands as one whose end nobody knows. */
  readonly onLostOutcome: (actNumber: number, error: unknown) => void;
}

/** An outcome is told in so many characters, and the rest is cut off. */
export const LONGEST_OUTCOME = 4_000;

/**
 * Carries out what an operator does: writes it down, does it, and writes down what came of it. What cannot be written
 * down beforehand is not done. Secrets are written nowhere.
 */
export async function auditAct<Result>(
  ports: AuditPorts,
  act: OperatorAct,
  work: (actNumber: number) => Promise<Result>,
  outcomeOf: (result: Result) => ActOutcome,
): Promise<Result> {
  const { store } = ports;
  const actNumber = await store.saveAct({ ...act, arguments: withoutSecrets(act.arguments) });
  const end = ({ type, detail }: ActOutcome): Promise<void> =>
    store
      .saveOutcome(actNumber, { type, detail: detail === null ? null : shortened(withoutSecretsIn(detail)) })
      .catch((error: unknown) => ports.onLostOutcome(actNumber, error));
  let result: Result;
  try {
    result = await work(actNumber);
  } catch (error) {
    await end({ type: 'failed', detail: error instanceof Error ? error.message : String(error) });
    throw error;
  }
  await end(outcomeOf(result));
  return result;
}

/** What came of an act, as JSON tells it, without secrets. */
export function describeOutcome(answer: unknown): string {
  return JSON.stringify(withoutSecrets(answer)) ?? '';
}

function shortened(text: string): string {
  return text.length <= LONGEST_OUTCOME ? text : `${text.slice(0, LONGEST_OUTCOME - 1)}…`;
}
