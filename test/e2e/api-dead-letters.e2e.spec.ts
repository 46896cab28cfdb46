import {
  deadLetterDiscardViewSchema,
  deadLetterRedriveViewSchema,
  deadLettersViewSchema,
  deadLetterViewSchema,
  usageEventFateSchema,
} from '@floopy/contracts';
import { type ApiFixture, openApiFixture } from '../support/api-fixture';
import { priceUnpriced, UNPRICED } from '../support/dead-letters-fixture';
import { expectProblem } from '../support/expect-problem';
import { type Answer, apiCaller, createTestApiKey } from '../support/running-api';
import { aPlainUsage, type PlainUsage } from '../support/usage-records';

let fixture: ApiFixture;
let operator: ApiFixture['operator'];

beforeAll(async () => {
  fixture = await openApiFixture();
  operator = fixture.operator;
  await fixture.feed.apply([
    usage('unpriced_1', UNPRICED),
    usage('unpriced_2', UNPRICED),
    usage('wrong', { origin: 'moon' }),
    usage('taken'),
    usage('taken', { request_id: 'req_other' }),
    usage('unwanted', { outcome: 'lost' }),
  ]);
});

afterAll(() => fixture.close());

function usage(id: string, body: PlainUsage['body'] = {}): PlainUsage {
  return aPlainUsage({ id, body: { request_id: `req_${id}`, ...body } });
}

const get = (path = ''): Promise<Answer> => operator(`/v1/dead-letters${path}`);
const post = (path: string, body: object): Promise<Answer> =>
  operator(`/v1/dead-letters/${path}`, { method: 'POST', body });

/** The id of the letter that holds an event. */
async function letterOf(eventId: string): Promise<string> {
  const { dead_letters: letters } = deadLettersViewSchema.parse((await get('?status=any')).body);
  return letters.find((letter) => letter.event_id === eventId)?.id ?? 'none';
}

async function fateOf(eventId: string) {
  const path = `org_acme/usage-events/${encodeURIComponent('/floopy/gateway/eu-1')}/${eventId}`;
  return usageEventFateSchema.parse((await operator(path)).body);
}

describe('the routes of dead letters', () => {
  it('list letters page by page, counted by reason', async () => {
    const first = deadLettersViewSchema.parse((await get('?limit=3')).body);
    expect(first.counts).toEqual([
      { reason: 'invalid', status: 'parked', letters: 2 },
      { reason: 'unpriced', status: 'parked', letters: 2 },
      { reason: 'conflict', status: 'parked', letters: 1 },
    ]);
    const second = deadLettersViewSchema.parse((await get(`?limit=3&cursor=${first.next_cursor}`)).body);
    expect([...first.dead_letters, ...second.dead_letters].map((letter) => letter.event_id)).toEqual([
      'unwanted',
      'taken',
      'wrong',
      'unpriced_2',
      'unpriced_1',
    ]);
    expect(second.next_cursor).toBeNull();
    expectProblem(await get('?reason=bored'), 'invalid_request');
    expectProblem(await get(`?limit=3&reason=unpriced&cursor=${first.next_cursor}`), 'invalid_request');
  });

  it('apply what had no rate once there is one, and say so when asked for the event', async () => {
    expect(await fateOf('unpriced_1')).toMatchObject({ status: 'parked', reason: 'unpriced' });
    const early = deadLetterRedriveViewSchema.parse((await post('redrive', { parked_for: 'unpriced' })).body);
    expect(early).toEqual({
      letters: 2,
      applied: 0,
      duplicates: 0,
      parked: [{ reason: 'unpriced', letters: 2 }],
      next: null,
    });
    await priceUnpriced(fixture.database.pool, '0.001');
    expect((await post('redrive', { parked_for: 'unpriced' })).body).toMatchObject({ letters: 2, applied: 2 });
    expect((await post('redrive', { parked_for: 'unpriced' })).body).toMatchObject({ letters: 0, applied: 0 });
    expect(await fateOf('unpriced_1')).toMatchObject({ status: 'applied' });
  });

  it('keep a corrected event beside a letter, and apply it', async () => {
    const id = await letterOf('wrong');
    const shown = deadLetterViewSchema.parse((await get(`/${id}`)).body);
    expect(shown).toMatchObject({ decoded: { type: 'rejected' }, event: { data: { origin: 'moon' } }, history: [] });
    const corrected = { ...shown.event, data: { ...(shown.event?.['data'] as object), origin: 'gateway' } };
    const refused = await post(`${id}/fix`, { event: shown.event });
    expectProblem(refused, 'unprocessable');
    expect(refused.body.errors).toMatchObject([{ pointer: '/event/data/origin' }]);
    expectProblem(await post(`${id}/fix`, { event: { ...corrected, id: 'another' } }), 'unprocessable');
    const fixed = deadLetterViewSchema.parse((await post(`${id}/fix`, { event: corrected })).body);
    expect(fixed.history).toMatchObject([{ kind: 'fixed', act: expect.any(Number), event: corrected }]);
    expect((await post('redrive', { ids: [id] })).body).toMatchObject({ applied: 1 });
    expectProblem(await post(`${id}/fix`, { event: corrected }), 'already_resolved');
  });

  it('issue a conflict again under an id of the operator', async () => {
    const id = await letterOf('taken');
    expectProblem(await post(`${id}/fix`, {}), 'unprocessable');
    expect((await post(`${id}/fix`, { reissue: true })).body.history[0]).toMatchObject({
      reissued: true,
      event: { id: `dead-letter-${id}`, source: expect.stringMatching(/^\/floopy\/operator\/key_/) },
    });
    expect((await post('redrive', { ids: [id] })).body).toMatchObject({ applied: 1 });
  });

  it('discard for good, and say so when asked for the event', async () => {
    const id = await letterOf('unwanted');
    const answer = await post('discard', { ids: [id], reason: 'never happened' });
    expect(deadLetterDiscardViewSchema.parse(answer.body)).toEqual({ discarded: 1, next: null });
    expect((await post('discard', { ids: [id], reason: 'again' })).body).toEqual({ discarded: 0, next: null });
    expect(await fateOf('unwanted')).toMatchObject({ status: 'discarded', reason: 'invalid' });
  });

  it.each([
    ['redrive', {}],
    ['redrive', { ids: [] }],
    ['redrive', { ids: ['1'], all: true }],
    ['redrive', { all: false }],
    ['discard', { all: true }],
    ['1/fix', { event: 'text' }],
  ])('refuse %s of %j', async (path, body) => {
    expectProblem(await post(path, body), 'invalid_request');
  });

  it('know no letter that there is not', async () => {
    for (const id of ['0', '999', 'seven']) {
      expectProblem(await get(`/${id}`), 'not_found');
      expectProblem(await post(`${id}/fix`, { event: {} }), 'not_found');
    }
  });

  it('are for operators alone', async () => {
    const { secret } = await createTestApiKey(fixture.database.pool, 'org_acme');
    const call = apiCaller(fixture.api.url, secret);
    expectProblem(await call('/v1/dead-letters'), 'forbidden');
    expectProblem(await call('/v1/dead-letters/redrive', { method: 'POST', body: { all: true } }), 'forbidden');
  });

  it('write down each act with its outcome', async () => {
    const { rows } = await fixture.database.pool.query(
      `SELECT DISTINCT command, outcome FROM operator_act JOIN operator_act_outcome USING (act_number) ORDER BY 1, 2`,
    );
    expect(rows).toContainEqual({ command: 'POST /v1/dead-letters/redrive', outcome: 'done' });
    expect(rows).toContainEqual({ command: 'POST /v1/dead-letters/:dead_letter_id/fix', outcome: 'failed' });
  });
});
