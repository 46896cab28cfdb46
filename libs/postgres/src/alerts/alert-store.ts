import type { JudgingRound, RaisedAlerts, RaisePorts } from '@floopy/application';
import { assert, type Instant, type OrganizationId } from '@floopy/domain';
import type { DatabasePool } from '../connection/pool';
import { takeTurn } from '../connection/take-turn';
import { inTransaction, type Transaction } from '../connection/transaction';
import type { ModelOfRecord } from '../dead-letters/read-parked-days';
import { ALERTS_LOCK } from './alerts-follower';
import { disarmAlerts } from './disarm-alerts';
import { DueAlerts, type JudgingLimits } from './due-alerts';
import { type JudgedPosition, moveAlertCheckpoints } from './move-alert-checkpoints';
import { readToldAlerts, type StoredTelling } from './read-told-alerts';
import { rearmAlerts } from './rearm-alerts';
import { saveAlerts } from './save-alerts';

/**
 * The store behind `raiseAlerts`, over the writer's pool. The turn is taken first: each statement after it sees what
 * whoever had it before has committed.
 */
export function createAlertStore(
  pool: DatabasePool,
  limits: JudgingLimits,
  modelOf: ModelOfRecord,
): RaisePorts['store'] {
  const due = new DueAlerts(limits, modelOf);
  return {
    inTurn: (round) =>
      inTransaction(pool, async (transaction) => {
        if (!(await takeTurn(transaction, ALERTS_LOCK))) return null;
        return round(judgingRound(transaction, due));
      }),
  };
}

function judgingRound(transaction: Transaction, due: DueAlerts): JudgingRound {
  let told: ReadonlyMap<OrganizationId, StoredTelling> = new Map();
  let judged: readonly JudgedPosition[] = [];
  return {
    async readDue(now) {
      const { positions, ...subjects } = await due.read(transaction, now);
      judged = positions;
      return subjects;
    },
    async readTold(organizationIds) {
      told = await readToldAlerts(transaction, organizationIds);
      return told;
    },
    async saveRaised(raised, now) {
      const keyed = raised.map((each) => {
        const telling = told.get(each.organizationId);
        assert(telling !== undefined, 'only organizations that were read are judged');
        return { ...each, organizationKey: telling.organizationKey };
      });
      await saveJudgements(transaction, keyed, now);
      await moveAlertCheckpoints(transaction, judged);
    },
  };
}

async function saveJudgements(
  transaction: Transaction,
  judgements: readonly (RaisedAlerts & { readonly organizationKey: number })[],
  now: Instant,
): Promise<void> {
  await saveAlerts(
    transaction,
    judgements.flatMap(({ alerts }) => alerts),
  );
  await disarmAlerts(
    transaction,
    judgements.flatMap(({ organizationKey, fired }) => fired.map((each) => ({ organizationKey, ...each }))),
    now,
  );
  await rearmAlerts(
    transaction,
    judgements.flatMap(({ organizationKey, rearmed }) => rearmed.map((key) => ({ organizationKey, key }))),
  );
}
