import type { NotedDecision, ReceiverType } from '@floopy/application';
import { Codes } from '../ledger/ledger-codes';

export const receiverCodes = new Codes<ReceiverType>({ webhook: 1, email: 2 });
/** What is retried is still to be delivered. */
export const deliveryStateCodes = new Codes<NotedDecision['type']>({ retried: 1, delivered: 2, given_up: 3 });
