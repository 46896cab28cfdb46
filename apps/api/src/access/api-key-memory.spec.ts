import { ApiKeyMemory, MAX_REMEMBERED_KEYS } from './api-key-memory';

const GRANT = { keyId: 'key_1', organization: null, member: null, scopes: ['operator'] };

function aMemory(rememberMs = 5_000) {
  const state = { now: 0, asked: 0, grant: GRANT as typeof GRANT | null };
  const find = async (): Promise<typeof GRANT | null> => {
    state.asked += 1;
    await Promise.resolve();
    return state.grant;
  };
  return { state, memory: new ApiKeyMemory(find, rememberMs, () => state.now) };
}

describe('ApiKeyMemory', () => {
  it('asks once for requests that come together, and for those that come soon after', async () => {
    const { state, memory } = aMemory();
    const grants = await Promise.all(Array.from({ length: 10 }, () => memory.grantOf('hash')));
    expect(grants).toEqual(grants.map(() => GRANT));
    await memory.grantOf('hash');
    expect(state.asked).toBe(1);
  });

  it('refuses a key that was revoked once its time is over', async () => {
    const { state, memory } = aMemory(5_000);
    await memory.grantOf('hash');
    state.grant = null;
    state.now = 4_999;
    expect(await memory.grantOf('hash')).toEqual(GRANT);
    state.now = 5_000;
    expect(await memory.grantOf('hash')).toBeNull();
  });

  it('does not remember that a key is not known: a new one works at once', async () => {
    const { state, memory } = aMemory();
    state.grant = null;
    expect(await memory.grantOf('hash')).toBeNull();
    state.grant = GRANT;
    expect(await memory.grantOf('hash')).toEqual(GRANT);
  });

  it('knows the id of a key that was found, and of no other', async () => {
    const { memory } = aMemory();
    expect(memory.rememberedId('hash')).toBeUndefined();
    await memory.grantOf('hash');
    expect(memory.rememberedId('hash')).toBe('key_1');
  });

  it('does not remember a failure to find out', async () => {
    let fails = true;
    const memory = new ApiKeyMemory(
      () => (fails ? Promise.reject(new Error('away')) : Promise.resolve(GRANT)),
      5_000,
      () => 0,
    );
    await expect(memory.grantOf('hash')).rejects.toThrow('away');
    fails = false;
    expect(await memory.grantOf('hash')).toEqual(GRANT);
  });

  it('stays bounded, and forgets the oldest first', async () => {
    const { state, memory } = aMemory();
    for (let n = 0; n <= MAX_REMEMBERED_KEYS; n += 1) await memory.grantOf(`hash ${n}`);
    const { asked } = state;
    await memory.grantOf('hash 1');
    expect(state.asked).toBe(asked);
    await memory.grantOf('hash 0');
    expect(state.asked).toBe(asked + 1);
  });
});
