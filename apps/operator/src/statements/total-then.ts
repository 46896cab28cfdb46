import { addAmounts, type Amount, formatAmount, formatInstant, type Instant, ZERO_AMOUNT } from '@floopy/domain';
import { inOneSnapshot, readBalancesThen, sumLedgers } from '@floopy/postgres';
import { systemClock } from '@floopy/runtime';
import { type Answer, table } from '../command-line';
import { EXIT_CODE, WrongUsage } from '../session/faults';
import type { Session } from '../session/session';

/**
 * What all organizations held at an instant: what is owed to those with credits, what those without owe, and the total; beside
 * the sum of every entry that was recorded by then, which it has to be.
 */
export async function totalThen(session: Session, at: Instant, asCsv: boolean): Promise<Answer> {
  if (at > systemClock()) throw new WrongUsage(`${formatInstant(at)} is still to come: nothing was recorded by then.`);
  const pool = await session.database();
  const { balances, ledgerSum } = await inOneSnapshot(pool, async (queries) => ({
    balances: await readBalancesThen(queries, at),
    ledgerSum: await sumLedgers(queries, at),
  }));
  const amounts = balances.map(({ balance }) => balance);
  const total = sumOf(amounts);
  const agrees = total === ledgerSum;
  const json = {
    at: formatInstant(at),
    unit: 'cent',
    organizations: balances.map(({ organizationId, position, balance }) => ({
      organization_id: organizationId,
      position,
      balance: formatAmount(balance),
    })),
    prepaid: formatAmount(sumOf(amounts.filter((amount) => amount > ZERO_AMOUNT))),
    overdrawn: formatAmount(sumOf(amounts.filter((amount) => amount < ZERO_AMOUNT))),
    total: formatAmount(total),
    ledger_sum: formatAmount(ledgerSum),
    agrees,
  };
  const rows = json.organizations.map((each) => [each.organization_id, String(each.position), each.balance]);
  return {
    json,
    text: asCsv
      ? [['organization_id', 'position', 'balance_cents'], ...rows, ['total', '', json.total]]
          .map((row) => row.join(','))
          .join('\n')
      : [
          table([['ORGANIZATION', 'POSITION', 'BALANCE (CENTS)'], ...rows]),
          `total ${json.total} cents at ${json.at}: prepaid ${json.prepaid}, overdrawn ${json.overdrawn}`,
          agrees
            ? 'the ledgers sum to the same, to the unit'
            : `THE LEDGERS SUM TO ${json.ledger_sum}: run "verify" to find where`,
        ].join('\n'),
    ...(agrees ? {} : { exitCode: EXIT_CODE.foundWrong }),
  };
}

function sumOf(amounts: readonly Amount[]): Amount {
  return amounts.reduce<Amount>(addAmounts, ZERO_AMOUNT);
}
