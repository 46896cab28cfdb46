import { CONCEALED, withoutSecrets, withoutSecretsIn } from './without-secrets';

const KEY = `flp_${'x'.repeat(43)}`;

describe('withoutSecrets', () => {
  it('conceals what is named like a secret, however deep, and nothing else', () => {
    const given = {
      body: {
        api_key: 'k',
        'idempotency-key': 'i',
        usage: { input_tokens: 3 },
        api_key_id: 'key_1',
        SMTP_PASSWORD: 'p',
      },
      scopes: ['operator'],
      dryRun: false,
    };
    expect(withoutSecrets(given)).toEqual({
      body: {
        api_key: CONCEALED,
        'idempotency-key': 'i',
        usage: { input_tokens: 3 },
        api_key_id: 'key_1',
        SMTP_PASSWORD: CONCEALED,
      },
      scopes: ['operator'],
      dryRun: false,
    });
  });

  it.each([
    [
      ['org_acme', '--api-key', 'k', '--limit', '3'],
      ['org_acme', '--api-key', CONCEALED, '--limit', '3'],
    ],
    [['--password=hush'], [`--password=${CONCEALED}`]],
    [
      ['--reason', `leaked ${KEY}`],
      ['--reason', `leaked ${CONCEALED}`],
    ],
  ])('conceals secrets among the words of a command line: %j', (given, written) => {
    expect(withoutSecrets(given)).toEqual(written);
  });

  it('conceals what looks like a secret in any text', () => {
    const text = `no answer from postgres://floopy:hush@db:5432/floopy with ${KEY}`;
    expect(withoutSecretsIn(text)).toBe(
      `no answer from postgres://floopy:${CONCEALED}@db:5432/floopy with ${CONCEALED}`,
    );
  });
});
