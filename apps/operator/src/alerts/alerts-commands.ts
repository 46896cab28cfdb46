import { encodeAlertEndpoints, encodeAlertSettings, encodeAlertView } from '@floopy/contracts';
import type { OrganizationId } from '@floopy/domain';
import { findAlertSettings, queriesOf, readAlertEndpoints, readAlertsPage } from '@floopy/postgres';
import type { Command } from 'commander';
import { type Act, addLeaf, type AnswerOptions, organizationArgument, table, wholeNumber } from '../command-line';
import { requireOrganization } from '../organization/require-organization';

const USUAL_LIMIT = 20;
const MOST_LISTED = 200;

/** `alerts list|settings`. */
export function addAlerts(program: Command, act: Act): void {
  const alerts = program.command('alerts').description('what organizations are told of');
  addList(alerts, act);
  addSettings(alerts, act);
}

function addList(alerts: Command, act: Act): void {
  addLeaf(alerts, {
    usage: 'list',
    description: 'what an organization was told, the latest first, and how that went at each receiver',
    examples: ['alerts list org_acme', 'alerts list org_acme --limit 5 --json'],
  })
    .argument('<organization>', 'its id', organizationArgument)
    .option('--limit <n>', 'so many at most', wholeNumber(1, MOST_LISTED), USUAL_LIMIT)
    .action((organizationId: OrganizationId, { limit, ...options }: AnswerOptions & { readonly limit: number }) =>
      act(options, async (session) => {
        const queries = queriesOf(await session.database());
        const { organizationKey } = await requireOrganization(queries, organizationId);
        const page = await readAlertsPage(queries, organizationKey, { below: null, limit });
        const listed = page.alerts.map(encodeAlertView);
        const rows = listed.map((alert) => [
          alert.fired_at,
          alert.kind,
          alert.target ?? '',
          alert.threshold ?? '',
          alert.deliveries.map(({ endpoint_id: id, state, attempts }) => `${id} ${state} (${attempts})`).join(', '),
          alert.alert_id,
        ]);
        const header = ['FIRED', 'KIND', 'TARGET', 'THRESHOLD', 'DELIVERIES', 'ALERT'];
        return {
          json: { organization_id: organizationId, alerts: listed },
          text: rows.length === 0 ? `${organizationId} was told nothing yet.` : table([header, ...rows]),
        };
      }),
    );
}

function addSettings(alerts: Command, act: Act): void {
  addLeaf(alerts, {
    usage: 'settings',
    description: 'what an organization wants to be told of, and who is told',
    examples: ['alerts settings org_acme', 'alerts settings org_acme --json'],
  })
    .argument('<organization>', 'its id', organizationArgument)
    .action((organizationId: OrganizationId, options: AnswerOptions) =>
      act(options, async (session) => {
        const queries = queriesOf(await session.database());
        const { organizationKey } = await requireOrganization(queries, organizationId);
        const settings = encodeAlertSettings(organizationId, await findAlertSettings(queries, organizationKey));
        const { endpoints } = encodeAlertEndpoints(organizationId, await readAlertEndpoints(queries, organizationKey));
        const { organization_id: _, unit, ...thresholds } = settings;
        const lines = Object.entries(thresholds).map(([name, value]) => [name, JSON.stringify(value)]);
        const receivers = endpoints.map((each) => [
          each.id,
          each.kind,
          each.address,
          each.disabled_at === null ? (each.failing_since ?? 'works') : `disabled: ${each.disabled_reason ?? ''}`,
        ]);
        return {
          json: { ...settings, endpoints },
          text: [
            table([['SETTING', `VALUE (AMOUNTS IN ${unit.toUpperCase()}S)`], ...lines]),
            table([['RECEIVER', 'KIND', 'ADDRESS', 'FAILING SINCE'], ...receivers]),
          ].join('\n\n'),
        };
      }),
    );
}
