import type { EncodedRecord } from '@floopy/contracts';
import type { Retry } from './client-options';
import { detailOf, faultOf } from './delivery-fault';
import type { DeliveryFailed } from './outcomes';
import { pause, retryWaitMs } from './pause';
import type { ProducerSession, ProducerSessions } from './producer-session';

export type BatchOutcome =
  | { readonly type: 'delivered'; readonly baseOffset: bigint }
  | { readonly type: 'failed'; readonly reason: DeliveryFailed['reason']; readonly detail: string };

/** Where batches go, and what ends the trying. */
export interface Route {
  readonly topic: string;
  readonly sessions: ProducerSessions;
  readonly onRetry: (retry: Retry) => void;
  readonly stop: AbortSignal;
}

type Attempt =
  { readonly type: 'sent'; readonly baseOffset: bigint } | { readonly type: 'threw'; readonly error: unknown };

/**
 * Sends a batch until it is confirmed, refused, or its time is up (`deadlineMs` on the monotonic clock).
 * Every attempt sends the very same records in the same session, so that a broker that has them already says so instead
 * of writing them again.
 */
export async function deliverBatch(
  route: Route,
  partition: number,
  records: readonly EncodedRecord[],
  deadlineMs: number,
): Promise<BatchOutcome> {
  let session = route.sessions.acquire();
  let detail = 'no broker answered in time';
  try {
    for (let failures = 1; ; failures += 1) {
      const attempt = await attemptBefore(deadlineMs, session.send(route.topic, partition, records));
      if (attempt?.type === 'sent') return { type: 'delivered', baseOffset: attempt.baseOffset };
      if (attempt === null) return giveUp(session, 'timed_out', detail);

      detail = detailOf(attempt.error);
      const fault = faultOf(attempt.error);
      if (fault === 'refused') return giveUp(session, 'refused', detail);
      if (fault === 'session_lost') session = replace(session, route.sessions);
      const waitMs = retryWaitMs(failures);
      if (performance.now() + waitMs >= deadlineMs) return giveUp(session, 'timed_out', detail);
      queueMicrotask(() => route.onRetry({ attempt: failures, waitMs, detail }));
      await pause(waitMs, route.stop);
      if (route.stop.aborted) return giveUp(session, 'closed', detail);
    }
  } finally {
    session.release();
  }
}

/** The batch may have been written or not, so its sequence numbers must not be used by another one. */
function giveUp(session: ProducerSession, reason: DeliveryFailed['reason'], detail: string): BatchOutcome {
  session.retire();
  return { type: 'failed', reason, detail };
}

function replace(lost: ProducerSession, sessions: ProducerSessions): ProducerSession {
  lost.retire();
  const session = sessions.acquire();
  lost.release();
  return session;
}

/** @returns null when the deadline comes first; the send goes on, and nobody waits for it any more. */
async function attemptBefore(deadlineMs: number, send: Promise<bigint>): Promise<Attempt | null> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, deadlineMs - performance.now()), null);
  });
  const attempt = send.then(
    (baseOffset): Attempt => ({ type: 'sent', baseOffset }),
    (error: unknown): Attempt => ({ type: 'threw', error }),
  );
  try {
    return await Promise.race([attempt, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
