import {
  auditViewSchema,
  type LedgerEntry,
  ledgerPageSchema,
  repricesViewSchema,
  repriceViewSchema,
  reversalViewSchema,
  statementViewSchema,
} from '@floopy/contracts';
import { amountOfUnits, formatAmount, parseAmount } from '@floopy/domain';
import { type ApiFixture, openApiFixture } from '../support/api-fixture';
import { expectProblem } from '../support/expect-problem';
import { publishHalvedCard } from '../support/halved-card';
import type { Answer } from '../support/running-api';
import { spending } from '../support/spend-fixture';

const CREDIT = { amount: '100', reason: 'bought' };
const WRONG_DAYS = { from: '2026-11-02T00:00:00.000Z', to: '2026-11-04T00:00:00.000Z', reason: 'twice the list price' };

let fixture: ApiFixture;
let operator: ApiFixture['operator'];

beforeAll(async () => {
  fixture = await openApiFixture();
  operator = fixture.operator;
  await post('org_acme/adjustments', CREDIT, 'credit');
  await fixture.feed.apply([
    spending('early', 1_000, {}, '2026-10-01T10:00:00.000Z'),
    spending('first', 1_000, {}, '2026-11-02T10:00:00.000Z'),
    spending('played', 1_000, { origin: 'playground' }, '2026-11-03T10:00:00.000Z'),
    spending('globex', 1_000, { organization_id: 'org_globex' }, '2026-11-03T10:00:00.000Z'),
  ]);
  await publishHalvedCard(fixture.database.pool);
});

afterAll(() => fixture.close());

function post(path: string, body: object, key?: string): Promise<Answer> {
  const headers = key === undefined ? {} : { 'idempotency-key': key };
  return operator(path, { method: 'POST', headers, body });
}

const reverse = (body: object, key?: string): Promise<Answer> => post('org_acme/reversals', body, key);

async function entries(): Promise<LedgerEntry[]> {
  return ledgerPageSchema.parse((await operator('org_acme/ledger?limit=200')).body).entries.toReversed();
}

function sumOf(amounts: readonly { readonly amount: string }[]): string {
  return formatAmount(amountOfUnits(amounts.reduce((sum, { amount }) => sum + (parseAmount(amount) ?? 0n), 0n)));
}

describe('POST reversals', () => {
  it('gives back what an entry charged, once for its key', async () => {
    const body = { position: 2, reason: 'cut off', uncount: true };
    const first = await reverse(body, 'give-back');
    expect([first.status, first.headers.get('idempotency-replayed')]).toEqual([201, 'false']);
    expect(reversalViewSchema.parse(first.body)).toMatchObject({
      charge: { sequence: 2, amount: '-1.0000000000' },
      reversal: { sequence: 5, amount: '1.0000000000', cause: { kind: 'reversal', id: '2' }, reason: 'cut off' },
      uncounted: true,
    });
    const second = await reverse(body, 'give-back');
    expect([second.status, second.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    expect(second.body).toEqual(first.body);
    expect(await entries()).toHaveLength(5);
  });

  it('makes one entry of ten that come at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => reverse({ position: 3, reason: 'at once' }, 'burst')),
    );
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'false')).toHaveLength(1);
  });

  it('refuses another body under a key, whatever the key was used for', async () => {
    expectProblem(await reverse({ position: 2, reason: 'another' }, 'give-back'), 'idempotency_conflict');
    expectProblem(await reverse({ position: 4, reason: 'bought' }, 'credit'), 'idempotency_conflict');
    expectProblem(await post('org_acme/adjustments', CREDIT, 'give-back'), 'idempotency_conflict');
  });

  it('says what stands in the way of a reversal', async () => {
    const again = await reverse({ position: 2, reason: 'once more' }, 'again');
    expectProblem(again, 'already_reversed');
    expect(again.body.detail).toContain('at position 5');
    for (const [position, uncount] of [
      [1, false],
      [5, false],
      [99, false],
    ]) {
      const refused = await reverse({ position, uncount, reason: 'why' }, 'refused');
      expectProblem(refused, 'unprocessable');
      expect(refused.body.errors).toMatchObject([{ pointer: '/position' }]);
    }
    expectProblem(await reverse({ position: 4, reason: 'no key' }), 'invalid_request');
    expectProblem(await reverse({ position: 'four', reason: '' }, 'faulty'), 'invalid_request');
  });
});

describe('the routes of reprices', () => {
  let id: string;

  it('plan for all or for one, and post nothing yet', async () => {
    const planned = await post('/v1/reprices', { ...WRONG_DAYS, rate_card_version: 2 });
    expect(planned.status).toBe(201);
    const view = repriceViewSchema.parse(planned.body);
    expect(view).toMatchObject({
      state: 'planned',
      rate_card_version: 2,
      override_version: 'kept',
      entries: 2,
      difference: '-1.0000000000',
      posted: 0,
      organizations: [{ organization_id: 'org_acme', left_out: { reversed: 1 } }, { organization_id: 'org_globex' }],
    });
    id = view.id;
    const one = await post('/v1/reprices', { ...WRONG_DAYS, organization_id: 'org_globex', rate_card_version: 2 });
    expect(one.body).toMatchObject({ entries: 1 });
    expect((await entries()).filter(({ cause }) => cause.kind === 'reprice')).toEqual([]);
  });

  it('post the differences once, however often it is asked for, and show it', async () => {
    const applied = repriceViewSchema.parse((await post(`/v1/reprices/${id}/apply`, {})).body);
    expect(applied).toMatchObject({ state: 'applied', posted: 2, credited: '1.0000000000' });
    expect((await post(`/v1/reprices/${id}/apply`, {})).body).toEqual(applied);
    expect((await operator(`/v1/reprices/${id}`)).body).toEqual(applied);
    const posted = (await entries()).filter(({ cause }) => cause.kind === 'reprice');
    expect(posted).toMatchObject([{ type: 'playground', amount: '0.5000000000', cause: { id: '4' } }]);
  });

  it('list plans page by page, the last first', async () => {
    const first = repricesViewSchema.parse((await operator('/v1/reprices?limit=1')).body);
    const second = repricesViewSchema.parse((await operator(`/v1/reprices?limit=1&cursor=${first.next_cursor}`)).body);
    expect([...first.reprices, ...second.reprices]).toMatchObject([
      { state: 'planned', organizations: 1 },
      { id, state: 'applied', organizations: 2, posted: 2 },
    ]);
  });

  it.each([
    [{ rate_card_version: 99 }, 'unprocessable', '/rate_card_version'],
    [{ override_version: 1 }, 'unprocessable', '/organization_id'],
    [{ override_version: 1, organization_id: 'org_acme' }, 'unprocessable', '/override_version'],
    [{ rate_card_version: 2, organization_id: 'org_nobody' }, 'unprocessable', '/organization_id'],
    [{}, 'invalid_request', '/rate_card_version'],
    [{ override_version: 'any' }, 'invalid_request', '/override_version'],
    [{ rate_card_version: 2, to: WRONG_DAYS.from }, 'invalid_request', '/to'],
  ] as const)('refuse to plan by %j', async (asked, code, pointer) => {
    const refused = await post('/v1/reprices', { ...WRONG_DAYS, ...asked });
    expectProblem(refused, code);
    expect(refused.body.errors).toMatchObject([{ pointer }]);
  });

  it('know no plan that there is not, and are for operators alone', async () => {
    for (const unknown of ['0', '999', 'seven']) {
      expectProblem(await operator(`/v1/reprices/${unknown}`), 'not_found');
      expectProblem(await post(`/v1/reprices/${unknown}/apply`, {}), 'not_found');
    }
    for (const path of ['/v1/reprices', '/v1/audit']) expectProblem(await fixture.owner(path), 'forbidden');
  });
});

describe('GET audit', () => {
  it('tells page by page what operators did, with the plan that they ran', async () => {
    const all = auditViewSchema.parse((await operator('/v1/audit?limit=200')).body);
    expect(all.next_cursor).toBeNull();
    const path = '/v1/audit?limit=1&command=POST%20%2Fv1%2Freprices%2F%3Areprice_id%2Fapply';
    const first = auditViewSchema.parse((await operator(path)).body);
    expect(first.acts).toMatchObject([{ plan: 'seven', channel: 'http', outcome: 'failed' }]);
    const rest = auditViewSchema.parse((await operator(`${path}&cursor=${first.next_cursor}`)).body);
    expect(rest.acts).toMatchObject([{ plan: '999' }]);
    expect(rest.acts[0]?.act).toBeLessThan(first.acts[0]?.act ?? 0);
    expect(all.acts).toContainEqual(
      expect.objectContaining({
        command: 'POST /v1/organizations/:organization_id/reversals',
        arguments: expect.objectContaining({ idempotency_key: 'give-back' }),
        outcome: 'done',
      }),
    );
    expectProblem(await operator('/v1/audit?from=yesterday'), 'invalid_request');
  });
});

describe('GET statements', () => {
  /** Moves what is on the ledger by now into the month before, where it is the opening of this one. */
  async function growOlder(): Promise<void> {
    await fixture.database.pool.query(`
      SET session_replication_role = replica;
      UPDATE ledger_event SET recorded_at = date_trunc('month', now()) - interval '1 hour';
      RESET session_replication_role`);
  }

  it('lead from an opening to a closing by what the ledger has between them, and mark what came late', async () => {
    await growOlder();
    const before = await entries();
    const now = new Date();
    const late = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth()) - 60_000).toISOString();
    await fixture.feed.apply([spending('late', 500, {}, late), spending('timely', 300, {}, now.toISOString())]);
    await post('org_acme/adjustments', { amount: '-2.5', reason: 'fee' }, 'fee');
    await reverse({ position: before.length + 2, reason: 'of this month' }, 'this-month');
    const ledger = await entries();
    const month = now.toISOString().slice(0, 7);
    const statement = statementViewSchema.parse((await operator(`org_acme/statements/${month}`)).body);
    const usage = { charges: { entries: 2, amount: '-0.8000000000' }, late: { entries: 1, amount: '-0.5000000000' } };
    expect(statement).toMatchObject({
      is_final: false,
      opening: { position: before.length, balance: sumOf(before) },
      usage: { request: { ...usage, corrections: { entries: 1, amount: '0.3000000000' }, amount: '-0.5000000000' } },
      adjustments: { entries: 1, amount: '-2.5000000000' },
      closing: { position: ledger.length, balance: sumOf(ledger) },
    });
    const { payments, adjustments, opening, closing } = statement;
    const { request, playground } = statement.usage;
    const moved = [{ amount: opening.balance }, payments, request, playground, adjustments];
    expect(sumOf(moved)).toBe(closing.balance);
    const earlier = await operator(`org_acme/statements/${late}`);
    expect(statementViewSchema.parse(earlier.body)).toMatchObject({ is_final: true, closing: opening });
    expectProblem(await operator('org_acme/statements/2026-13'), 'invalid_request');
  });
});
