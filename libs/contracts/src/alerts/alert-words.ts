import { assertNever, formatInstant, type RecordedAlert } from '@floopy/domain';

/** An alert in one line, for the subject of an e-mail. */
export function subjectOf({ kind, organizationId, ...alert }: RecordedAlert): string {
  const target = alert.target ?? '';
  const threshold = alert.threshold ?? '';
  switch (kind) {
    case 'balance_low':
      return `${organizationId}: the balance is below ${centsOf(threshold)} credits`;
    case 'days_left':
      return `${organizationId}: the credits last for fewer than ${threshold} days`;
    case 'allowance':
      return `${organizationId}: ${threshold} % of the included requests are used`;
    case 'team_budget':
      return `${organizationId}: team ${target} has spent ${threshold} % of its budget`;
    case 'spend_spike':
      return `${organizationId}: far more is spent than usual at this hour`;
    case 'unpriced_model':
      return `${organizationId}: the model ${target} has no rate`;
    case 'dead_letters':
      return `${organizationId}: usage could not be applied`;
    case 'endpoint_disabled':
      return `${organizationId}: alerts are no longer sent to ${target}`;
    case 'test':
      return `${organizationId}: this is a test of your alerts`;
    default:
      return assertNever(kind);
  }
}

/** The same with its figures, a line each. */
export function textOf(alert: RecordedAlert): string {
  const { figures, alertId, firedAt } = alert;
  const lines = Object.entries(figures).map(([name, figure]) => `${name.replaceAll('_', ' ')}: ${figure ?? 'none'}`);
  return [`${subjectOf(alert)}.`, '', ...lines, `time: ${formatInstant(firedAt)}`, `alert: ${alertId}`, ''].join('\n');
}

/** Without the zeros behind the point; a credit is a cent. */
function centsOf(amount: string): string {
  return amount.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
}
