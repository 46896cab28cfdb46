import type { AuditPorts } from '@floopy/application';
import type { Queries } from '../connection/queries';
import { saveAct } from './save-act';
import { saveActOutcome } from './save-act-outcome';

/** Where acts of operators are written down. Each row is committed by itself: whatever becomes of the act, it stays. */
export function createAuditStore(queries: Queries): AuditPorts['store'] {
  return {
    saveAct: (act) => saveAct(queries, act),
    saveOutcome: (actNumber, outcome) => saveActOutcome(queries, actNumber, outcome),
  };
}
