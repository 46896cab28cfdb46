import { planStanding } from '@floopy/application';
import { encodeBalanceView } from '@floopy/contracts';
import { forecastCredits, type OrganizationId } from '@floopy/domain';
import { type CurrentBalance, queriesOf, readCurrentBalance, readPlans, readTerms } from '@floopy/postgres';
import { systemClock } from '@floopy/runtime';
import type { Command } from 'commander';
import type { HeldReading } from '../admission/held-reading';
import { openHolds } from '../admission/open-holds';
import { type Act, addLeaf, type AnswerOptions, organizationArgument } from '../command-line';
import { requireOrganization } from '../organization/require-organization';

/** `balance <org>`: what the API answers, read from Postgres and where holds are kept, so that it also works when the API does not. */
export function addBalance(program: Command, act: Act): void {
  addLeaf(program, {
    usage: 'balance',
    description: 'the balance of an organization now, and its requests in this period',
    examples: ['balance org_acme', 'balance org_acme --json'],
  })
    .argument('<organization>', 'its id', organizationArgument)
    .action((organizationId: OrganizationId, options: AnswerOptions) =>
      act(options, async (session) => {
        const queries = queriesOf(await session.database());
        const { organizationKey } = await requireOrganization(queries, organizationId);
        const terms = await readTerms(queries, organizationKey);
        const now = systemClock();
        const { period, plan } = planStanding(terms, await readPlans(queries), now);
        const holds = await openHolds(session);
        const {
          stored,
          burn,
          openHolds: held,
        } = await readBeside(
          () => readCurrentBalance(queries, { organizationKey, period }, now),
          () => holds.read(organizationId, now, 0),
        );
        const { watermark, ...view } = encodeBalanceView({
          organizationId,
          balance: stored.amount,
          openHolds: held,
          period,
          requestsUsed: stored.requestsUsed,
          requestsIncluded: plan.includedRequests,
          forecast: burn === null ? null : forecastCredits(stored.amount, burn, now),
          requestsOverage: stored.requestsOverage,
          overageIncurred: stored.overageIncurred,
          watermark: { position: stored.position, recordedAt: stored.recordedAt, lagMs: 0 },
        });
        const { position, recorded_at: recordedAt } = watermark;
        return {
          // How far usage lags behind is the API's to say: it watches Kafka.
          json: { ...view, watermark: { position, recorded_at: recordedAt } },
          text: [
            `${organizationId}: ${view.balance} cents (shown as ${view.balance_shown})`,
            view.available === null
              ? 'what is held is not known at this position'
              : `${view.open_holds ?? ''} held for requests that run, ${view.available} available`,
            `position ${position}${recordedAt === null ? '' : `, recorded ${recordedAt}`}`,
            `requests ${view.requests.used} of ${view.requests.included} included since ${view.period.start}`,
          ].join('\n'),
        };
      }),
    );
}

const MOST_READINGS = 5;

/**
 * Reads a balance and what is held until both are of one position: the ledger moves between. Null is held where the store of
 * holds does not get there, or may have lost some.
 */
async function readBeside(balance: () => Promise<CurrentBalance>, held: () => Promise<HeldReading>) {
  for (let readings = 1; ; readings += 1) {
    const { burn, ...stored } = await balance();
    const { position, held: amount, recoveringUntil } = await held();
    if (recoveringUntil !== null) return { stored, burn, openHolds: null };
    if (position === stored.position) return { stored, burn, openHolds: amount };
    if (readings === MOST_READINGS) return { stored, burn, openHolds: null };
  }
}
