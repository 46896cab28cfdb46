import { SHARED } from './shared-script';

/** Arguments of each entry, behind those of the stretch. */
export const ARGUMENTS_OF_ENTRY = 9;

/**
 * A stretch of the ledger, applied at once and in order of position: the balance, what was counted and spent, and the
 * holds that were settled. What takes the available credits below zero is noted by its cause.
 * An entry is: its key ('' when it is no usage), request, team, start of the period, amount in two limbs, and whether it
 * was served, its request is counted, and it is what counted it. What corrects usage has no key: its amount is given back, to
 * its team as well, and the last flag says that its request is taken out of the count.
 */
export const SETTLE = `
  ${SHARED}
  local from, to, terms, remember = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
  local FIRST, WIDTH = 5, ${ARGUMENTS_OF_ENTRY}

  local state = read_state()
  if not state then return {'ignored'} end
  if terms > state.t then
    state.t = terms
    write_state(state)
  end
  if to <= state.p then return {'ignored'} end
  if from ~= state.p then return {'gap', state.p} end

  local function open_hold(key)
    local known = redis.call('HGET', HOLDS, key)
    if known and known ~= 's' then return cmsgpack.unpack(known) end
  end

  local function settle_hold(hold)
    local key = hold[2]
    close_hold(state, key, hold)
    redis.call('HSET', HOLDS, key, 's')
    redis.call('ZADD', FORGET, hold[7] + remember, key)
  end

  local function count_request(request)
    local text = redis.call('HGET', REQUESTS, request)
    if not text or string.sub(text, -1) == 'c' then return end
    redis.call('HSET', REQUESTS, request, text .. 'c')
    if text ~= '0' then state.q = state.q - 1 end
  end

  local function spend(name, high, low)
    local h, l = read_pair(SPENT, name)
    h, l = add(h, l, high, low)
    redis.call('HSET', SPENT, 'h' .. name, h, 'l' .. name, l)
  end

  for at = FIRST, #ARGV, WIDTH do
    local key, request, team, period = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
    local high, low = tonumber(ARGV[at + 4]), tonumber(ARGV[at + 5])
    local before_high, before_low = excess(state)
    if key == '' then
      state.bh, state.bl = add(state.bh, state.bl, high, low)
      note(state, 'o4', before_high, before_low)
      if ARGV[at + 8] == '1' then redis.call('HINCRBY', USED, period, -1) end
      if team ~= '' then
        spend(period .. ' ' .. team, subtract(0, 0, high, low))
        note_budget(team, '4')
      end
    else
      local hold = ARGV[at + 6] == '1' and (open_hold(key) or open_hold(request)) or nil
      -- Counted first: a request that leaves with its last hold would be forgotten otherwise.
      if ARGV[at + 7] == '1' then count_request(request) end
      if hold then settle_hold(hold) end
      state.bh, state.bl = subtract(state.bh, state.bl, high, low)
      note(state, hold and 'o2' or 'o1', before_high, before_low)
      if ARGV[at + 8] == '1' then redis.call('HINCRBY', USED, period, 1) end
      if team ~= '' then spend(period .. ' ' .. team, high, low) end
      note_budget(team, hold and '2' or '1')
      if hold and hold[3] ~= team then note_budget(hold[3], '2') end
    end
  end

  state.p = to
  write_state(state)
  return {'applied'}
`;
