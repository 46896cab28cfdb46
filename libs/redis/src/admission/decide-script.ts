import { SHARED } from './shared-script';

/**
 * One decision, all or nothing: key, wholeness, terms, what is refused whatever is counted, allowance, team's budget,
 * credits. It answers with the numbers that it was made on, by which the domain explains it.
 */
export const DECIDE = `
  ${SHARED}
  local key, request, team, hold_id = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
  local high, low = tonumber(ARGV[5]), tonumber(ARGV[6])
  local now, expires_at = tonumber(ARGV[7]), tonumber(ARGV[8])
  local terms, period = tonumber(ARGV[9]), ARGV[10]
  local refused_anyway, most_requests = ARGV[11] == '1', tonumber(ARGV[12])
  local limit_high, limit_low = tonumber(ARGV[13]), tonumber(ARGV[14])
  local longest, most_swept = tonumber(ARGV[15]), tonumber(ARGV[16])

  local state = read_state()
  if not state then return {'not_loaded'} end
  prove_whole(state, now, longest)
  sweep(state, now, most_swept)

  local taken = redis.call('HGET', REQUESTS, request)
  local used = tonumber(redis.call('HGET', USED, period)) or 0
  local sh, sl, th, tl = 0, 0, 0, 0
  if team ~= '' then
    sh, sl = read_pair(SPENT, period .. ' ' .. team)
    th, tl = read_pair(HELD, team)
  end

  local function answer(outcome, hold)
    write_state(state)
    return {outcome, state.bh, state.bl, state.hh, state.hl, used, state.q, taken and 0 or 1, sh, sl, th, tl, hold}
  end

  local known = redis.call('HGET', HOLDS, key)
  if known == 's' then return answer('settled') end
  if known then
    local hold = cmsgpack.unpack(known)
    if hold[7] > now then return answer('repeated', hold) end
    expire_hold(state, key, hold)
    taken = redis.call('HGET', REQUESTS, request)
    th, tl = read_pair(HELD, team)
  end

  if state.w > now then
    write_state(state)
    return {'recovering', state.w}
  end
  if terms < state.t then
    write_state(state)
    return {'stale_terms'}
  end
  state.t = terms
  learn_budget(team, period, limit_high, limit_low)
  if refused_anyway then return answer('refused') end
  if most_requests and not taken and used + state.q >= most_requests then return answer('refused') end
  if limit_high then
    local h, l = subtract(limit_high, limit_low, sh, sl)
    h, l = subtract(h, l, th, tl)
    h = subtract(h, l, high, low)
    if h < 0 then return answer('refused') end
  end
  local left_high, left_low = subtract(state.bh, state.bl, state.hh, state.hl)
  left_high = subtract(left_high, left_low, high, low)
  if left_high < 0 then return answer('refused') end

  redis.call('HSET', HOLDS, key, cmsgpack.pack({request, key, team, high, low, now, expires_at, hold_id}))
  redis.call('ZADD', EXPIRY, expires_at, key)
  enter_request(state, request, taken)
  state.n = state.n + 1
  state.hh, state.hl = add(state.hh, state.hl, high, low)
  if team ~= '' then th, tl = move_held(team, 1, high, low) end
  return answer('admitted')
`;
