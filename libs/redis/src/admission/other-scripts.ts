import { SHARED } from './shared-script';

/**
 * Takes what Postgres says of an organization. What is held stays: it is known here only. An organization that is absent
 * is made only by a caller who knows whether it was here before ('first', 'lost'); others are told that it is absent.
 */
export const LOAD = `
  ${SHARED}
  local position, high, low, terms = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
  local past, now, longest, periods = ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])

  local state = read_state()
  if not state then
    if past == '' then return 'absent' end
    state = {}
    for _, name in ipairs(FIELDS) do state[name] = 0 end
    state.p = -1
    if past == 'lost' then state.w = lifetime_after(now, longest) end
  end
  -- Who was the first knows that nothing had been held before, whatever another has concluded meanwhile.
  if past == 'first' then state.w = 0 end
  prove_whole(state, now, longest)
  if position >= state.p then
    local before_high, before_low = excess(state)
    state.p, state.bh, state.bl = position, high, low
    note(state, 'o1', before_high, before_low)
    redis.call('DEL', USED, SPENT)
    local at = 9
    for _ = 1, periods do
      redis.call('HSET', USED, ARGV[at], ARGV[at + 1])
      at = at + 2
    end
    while ARGV[at] do
      redis.call('HSET', SPENT, 'h' .. ARGV[at], ARGV[at + 1], 'l' .. ARGV[at], ARGV[at + 2])
      at = at + 3
    end
    for _, team in ipairs(redis.call('HKEYS', BUDGETS)) do
      if not string.find(team, ' ') then note_budget(team, '1') end
    end
  end
  if terms > state.t then state.t = terms end
  write_state(state)
  return 'loaded'
`;

export const RELEASE = `
  ${SHARED}
  local key, now, hold_id = ARGV[1], tonumber(ARGV[2]), ARGV[3]
  local state = read_state()
  if not state then return 'not_open' end
  local known = redis.call('HGET', HOLDS, key)
  if known == 's' then return 'settled' end
  if not known then return 'not_open' end
  local hold = cmsgpack.unpack(known)
  if hold_id ~= '' and hold_id ~= hold[8] then return 'not_open' end
  local expired = hold[7] <= now
  if expired then expire_hold(state, key, hold) else give_back(state, key, hold) end
  write_state(state)
  return expired and 'not_open' or 'released'
`;

export const NOTE_TERMS = `
  local known = tonumber(redis.call('HGET', KEYS[1], 't'))
  if known and known < tonumber(ARGV[1]) then redis.call('HSET', KEYS[1], 't', ARGV[1]) end
`;

/** The numbers of an organization, what is held by team, and how budgets were passed, after what has expired is taken off. */
export const SUMMARY = `
  ${SHARED}
  local now, longest = tonumber(ARGV[1]), tonumber(ARGV[2])
  local state = read_state()
  if not state then return nil end
  local open, open_before, id_before, whole_before = nil, state.n, state.r, state.w
  prove_whole(state, now, longest)
  repeat
    open = state.n
    sweep(state, now, 1000)
  until state.n == open
  -- Whoever only reads costs the append-only file nothing.
  if state.n ~= open_before or state.r ~= id_before or state.w ~= whole_before then write_state(state) end
  local numbers = {}
  for index = 1, #FIELDS do numbers[index] = state[FIELDS[index]] end
  local passed = {}
  for cause = 1, 5 do
    passed[#passed + 1] = 'h ' .. cause
    passed[#passed + 1] = 'l ' .. cause
  end
  return {numbers, redis.call('HGETALL', HELD), redis.call('HMGET', BUDGETS, unpack(passed))}
`;

/** Open holds, soonest to expire first. */
export const LIST = `
  local holds = {}
  for _, key in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '(' .. ARGV[1], '+inf', 'LIMIT', 0, ARGV[2])) do
    holds[#holds + 1] = cmsgpack.unpack(redis.call('HGET', KEYS[2], key))
  end
  return holds
`;

/** Holds that leaked, the last first. */
export const LIST_LEAKED = `
  local holds = {}
  for _, packed in ipairs(redis.call('ZREVRANGE', KEYS[10], 0, ARGV[1] - 1)) do
    holds[#holds + 1] = cmsgpack.unpack(packed)
  end
  return holds
`;
