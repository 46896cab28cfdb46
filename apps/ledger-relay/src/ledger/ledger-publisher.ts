import type { RelayPorts, StreamBehind } from '@floopy/application';
import { encodeBalanceMessage, encodeLedgerMessage } from '@floopy/contracts';
import type { PublishedRecord, Publisher } from '@floopy/kafka';

export interface RelayTopics {
  readonly ledger: string;
  readonly balance: string;
}

/** Writes ledger events and balances as the contracts say, and publishes them. */
export function ledgerPublisher(publisher: Publisher, topics: RelayTopics): RelayPorts['publisher'] {
  return {
    publishLedger: (streams) => publisher.publish(topics.ledger, streams.flatMap(encodeStream)),
    publishBalances: (balances) => publisher.publish(topics.balance, balances.map(encodeBalanceMessage)),
  };
}

function encodeStream({ events, previousHash, incarnation }: StreamBehind): PublishedRecord[] {
  return events.map((event, index) => encodeLedgerMessage(event, events[index - 1]?.hash ?? previousHash, incarnation));
}
