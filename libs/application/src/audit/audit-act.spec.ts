import {
  type ActOutcome,
  auditAct,
  type AuditPorts,
  describeOutcome,
  LONGEST_OUTCOME,
  type OperatorAct,
} from './audit-act';
import { CONCEALED } from './without-secrets';

const ACT: OperatorAct = {
  actor: 'ada',
  account: 'root@host',
  channel: 'command_line',
  command: 'api-keys create',
  arguments: ['--api-key', 'hush'],
  plan: null,
};

type Written = OperatorAct | ActOutcome | string;

/** An audit in memory that may refuse to write either row. */
function anAudit({ refusing = 'nothing' }: { refusing?: 'act' | 'outcome' | 'nothing' } = {}) {
  const written: Written[] = [];
  const refuse = (row: string): Promise<never> => Promise.reject(new Error(`no ${row} can be written`));
  const ports: AuditPorts = {
    store: {
      saveAct: (act) => (refusing === 'act' ? refuse('act') : Promise.resolve(written.push(act))),
      saveOutcome: (_, outcome) =>
        refusing === 'outcome' ? refuse('outcome') : Promise.resolve(void written.push(outcome)),
    },
    onLostOutcome: (actNumber) => written.push(`lost ${actNumber}`),
  };
  return { ports, written };
}

const done = (result: object): ActOutcome => ({ type: 'done', detail: describeOutcome(result) });

describe('auditAct', () => {
  it('writes an act down before it is done, and what came of it afterwards', async () => {
    const { ports, written } = anAudit();
    const work = (actNumber: number) => {
      written.push(`does act ${actNumber}`);
      return Promise.resolve({ made: 1 });
    };
    expect(await auditAct(ports, ACT, work, done)).toEqual({ made: 1 });
    expect(written).toEqual([
      { ...ACT, arguments: ['--api-key', CONCEALED] },
      'does act 1',
      { type: 'done', detail: '{"made":1}' },
    ]);
  });

  it('does nothing that cannot be written down', async () => {
    const { ports, written } = anAudit({ refusing: 'act' });
    const work = () => Promise.resolve({ happened: written.push('done') });
    await expect(auditAct(ports, ACT, work, done)).rejects.toThrow('no act can be written');
    expect(written).toEqual([]);
  });

  it('writes down why an act failed, and lets the failure through', async () => {
    const { ports, written } = anAudit();
    const failing = auditAct(ports, ACT, () => Promise.reject(new Error('no such key')), done);
    await expect(failing).rejects.toThrow('no such key');
    expect(written[1]).toEqual({ type: 'failed', detail: 'no such key' });
  });

  it('keeps a result whose outcome cannot be written down, and tells of it', async () => {
    const { ports, written } = anAudit({ refusing: 'outcome' });
    expect(await auditAct(ports, ACT, () => Promise.resolve({ made: 1 }), done)).toEqual({ made: 1 });
    expect(written[1]).toBe('lost 1');
  });

  it('writes down no secret of an answer, and no more of it than anybody would read', async () => {
    const { ports, written } = anAudit();
    const answer = { api_key: 'hush', text: 'x'.repeat(2 * LONGEST_OUTCOME) };
    await auditAct(ports, ACT, () => Promise.resolve(answer), done);
    expect(written[1]).toMatchObject({ detail: expect.stringMatching(/^\{"api_key":"\(concealed\)".{3900,}…$/) });
    expect(JSON.stringify(written)).not.toContain('hush');
  });
});
