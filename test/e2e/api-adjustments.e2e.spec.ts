import { ledgerEntrySchema, ledgerPageSchema } from '@floopy/contracts';
import { type ApiFixture, openApiFixture, usageOfTokens } from '../support/api-fixture';
import { expectProblem } from '../support/expect-problem';
import type { Answer } from '../support/running-api';

let fixture: ApiFixture;

beforeAll(async () => {
  fixture = await openApiFixture();
});

afterAll(() => fixture.close());

function adjust(organization: string, key: string, amount: string, reason = 'Goodwill'): Promise<Answer> {
  const headers = { 'idempotency-key': key };
  return fixture.operator(`${organization}/adjustments`, { method: 'POST', headers, body: { amount, reason } });
}

async function entriesOf(organization: string): Promise<{ sequence: number; balance_after: string }[]> {
  const { body } = await fixture.operator(`${organization}/ledger?limit=200`);
  return ledgerPageSchema.parse(body).entries;
}

describe('POST adjustments', () => {
  it('answers the entry, which moves the balance exactly', async () => {
    const { status, headers, body } = await adjust('org_acme', 'credit-1', '12.3456789012');
    expect([status, headers.get('idempotency-replayed')]).toEqual([201, 'false']);
    expect(ledgerEntrySchema.parse(body)).toMatchObject({
      sequence: 1,
      type: 'adjustment',
      amount: '12.3456789012',
      balance_after: '12.3456789012',
      cause: { kind: 'operator', id: 'credit-1' },
      reason: 'Goodwill',
    });
    const debit = await adjust('org_acme', 'debit-1', '-13');
    expect(debit.body).toMatchObject({ amount: '-13.0000000000', balance_after: '-0.6543210988' });
    const { body: balance } = await fixture.operator('org_acme/balance');
    expect(balance).toMatchObject({ balance: '-0.6543210988', balance_shown: '-1', watermark: { position: 2 } });
  });

  it('answers the same entry to the same key and adjustment, however it is spelled', async () => {
    const first = await adjust('org_globex', 'again', '5');
    const second = await adjust('org_globex', 'again', '5.0000000000');
    expect([second.status, second.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    expect(second.body).toEqual(first.body);
    expect(await entriesOf('org_globex')).toHaveLength(1);
  });

  it('refuses another adjustment under the same key, and keeps the first', async () => {
    await adjust('org_globex', 'taken', '7');
    expectProblem(await adjust('org_globex', 'taken', '8'), 'idempotency_conflict');
    expectProblem(await adjust('org_globex', 'taken', '7', 'Another reason'), 'idempotency_conflict');
    expect((await entriesOf('org_globex'))[0]).toMatchObject({ amount: '7.0000000000', reason: 'Goodwill' });
  });

  it('lets every organization use a key once', async () => {
    expect((await adjust('org_acme', 'shared', '1')).status).toBe(201);
    expect((await adjust('org_filters', 'shared', '2')).body).toMatchObject({ sequence: 1, amount: '2.0000000000' });
  });

  it('makes one entry of 20 identical adjustments that come at once', async () => {
    const before = await entriesOf('org_initech');
    const answers = await Promise.all(Array.from({ length: 20 }, () => adjust('org_initech', 'burst', '100')));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'false')).toHaveLength(1);
    expect(await entriesOf('org_initech')).toHaveLength(before.length + 1);
  });

  it('makes an unbroken stream of adjustments and usage that come at once', async () => {
    const adjustments = Array.from({ length: 20 }, (_, n) => adjust('org_filters', `mixed-${n}`, '1'));
    for (let n = 1; n <= 10; n += 1) {
      await fixture.feed.apply([usageOfTokens(`mixed_${n}`, n, { organization_id: 'org_filters' })]);
    }
    for (const { status } of await Promise.all(adjustments)) expect(status).toBe(201);
    const entries = await entriesOf('org_filters');
    expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map((_, n) => entries.length - n));
    // 2 from before, 20 credits of 1 cent, and 1 + … + 10 tokens at 0.001 cent.
    expect(entries[0]?.balance_after).toBe('21.9450000000');
  });

  it('refuses a balance that a ledger cannot hold', async () => {
    const largest = '100000000000000000';
    expect((await adjust('org_initech', 'largest-1', '-99')).status).toBe(201);
    expectProblem(await adjust('org_initech', 'largest-2', largest), 'unprocessable');
    expect((await adjust('org_initech', 'largest-3', '-1')).status).toBe(201);
    expect((await adjust('org_initech', 'largest-4', largest)).status).toBe(201);
  });

  it('notes who adjusted what', () => {
    expect(fixture.api.facts).toContainEqual(
      expect.objectContaining({
        msg: 'balance_adjusted',
        organizationId: 'org_acme',
        position: 1,
        apiKeyId: expect.stringMatching(/^key_/),
      }),
    );
  });
});
