import { MOST_LEAKED_LISTED } from '@floopy/domain';
import { BUDGETS_SCRIPT } from './budgets-script';

/**
 * What every script begins with. All keys of an organization share a hash tag, so that one node has them all:
 *
 * 1 state     HASH  position p, terms t, balance b, held h, open holds n, slots q, leaked lk l, overshoot o1–o5,
 *                   replication id r, whole from w; amounts in two limbs: bh bl, hh hl …
 * 2 holds     HASH  key → the open hold, packed; or 's' once it is settled
 * 3 expiry    ZSET  key of an open hold → when it expires
 * 4 requests  HASH  request → how many holds of it are open, and 'c' once it is counted
 * 5 held      HASH  team → held, in two limbs
 * 6 used      HASH  start of a period → requests counted in it
 * 7 spent     HASH  start of a period, team → spent, in two limbs
 * 8 forget    ZSET  key of a settled hold → when it is forgotten
 * 9 budgets   HASH  team → period, how far it is passed, and limit, packed, as it was asked under last; and how far budgets
 *                   were ever passed, by cause: 'h 1' 'l 1' … 'l 5', since no team's id has a space
 * 10 leaked   ZSET  hold that leaked, packed → when it expired; the newest
 */
export const SHARED = `
  local LIMB = 100000000000000
  local STATE, HOLDS, EXPIRY, REQUESTS = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
  local HELD, USED, SPENT, FORGET = KEYS[5], KEYS[6], KEYS[7], KEYS[8]
  local BUDGETS, LEAKED = KEYS[9], KEYS[10]
  local LEAKED_LISTED = ${MOST_LEAKED_LISTED}

  local function add(ah, al, bh, bl)
    local h, l = ah + bh, al + bl
    if l >= LIMB then return h + 1, l - LIMB end
    return h, l
  end

  local function subtract(ah, al, bh, bl)
    local h, l = ah - bh, al - bl
    if l < 0 then return h - 1, l + LIMB end
    return h, l
  end

  local FIELDS = {'p','bh','bl','n','hh','hl','q','lk','lh','ll',
    'o1h','o1l','o2h','o2l','o3h','o3l','o4h','o4l','o5h','o5l','t','w'}

  -- The state as numbers; nil when the organization is not loaded.
  local function read_state()
    local values = redis.call('HMGET', STATE, 'r', unpack(FIELDS))
    if not values[2] then return nil end
    local state = {r = values[1]}
    for index, name in ipairs(FIELDS) do state[name] = tonumber(values[index + 1]) or 0 end
    return state
  end

  local function write_state(state)
    local values = {'r', state.r}
    for _, name in ipairs(FIELDS) do
      values[#values + 1] = name
      values[#values + 1] = state[name]
    end
    redis.call('HSET', STATE, unpack(values))
  end

  -- When every hold that was admitted by now has expired: they expire at whole seconds.
  local function lifetime_after(now, longest)
    return math.ceil((now + longest) / 1000) * 1000
  end

  -- A server that was promoted may lack writes that were answered, and shows it: its replication has a second past.
  -- A restart from the append-only file changes the id as well, and loses nothing.
  local function prove_whole(state, now, longest)
    local replication = redis.call('INFO', 'replication')
    local id = string.match(replication, 'master_replid:(%x+)')
    if state.r == id then return end
    local promoted = string.match(replication, 'second_repl_offset:(%-?%d+)') ~= '-1'
    if state.r and promoted then state.w = lifetime_after(now, longest) end
    state.r = id
  end

  -- By how much what is held passes the balance.
  local function excess(state)
    local h, l = subtract(state.hh, state.hl, state.bh, state.bl)
    if h < 0 then return 0, 0 end
    return h, l
  end

  -- Notes what a step since then has added to the excess, by its cause; what it took off is made good (o5).
  local function note(state, cause, before_high, before_low)
    local h, l = excess(state)
    h, l = subtract(h, l, before_high, before_low)
    if h < 0 then cause, h, l = 'o5', subtract(0, 0, h, l) end
    state[cause .. 'h'], state[cause .. 'l'] = add(state[cause .. 'h'], state[cause .. 'l'], h, l)
  end

  local function read_pair(hash, name)
    local pair = redis.call('HMGET', hash, 'h' .. name, 'l' .. name)
    return tonumber(pair[1]) or 0, tonumber(pair[2]) or 0
  end

  local function move_held(team, sign, high, low)
    local h, l = read_pair(HELD, team)
    if sign > 0 then h, l = add(h, l, high, low) else h, l = subtract(h, l, high, low) end
    if h == 0 and l == 0 then
      redis.call('HDEL', HELD, 'h' .. team, 'l' .. team)
    else
      redis.call('HSET', HELD, 'h' .. team, h, 'l' .. team, l)
    end
    return h, l
  end

  ${BUDGETS_SCRIPT}
  -- A request has its slot while a hold of it is open and it is not counted.
  local function enter_request(state, request, taken)
    local counted = taken and string.sub(taken, -1) == 'c'
    local open = taken and tonumber(counted and string.sub(taken, 1, -2) or taken) or 0
    redis.call('HSET', REQUESTS, request, (open + 1) .. (counted and 'c' or ''))
    if not taken then state.q = state.q + 1 end
  end

  local function leave_request(state, request)
    local text = redis.call('HGET', REQUESTS, request)
    if not text then return end
    local counted = string.sub(text, -1) == 'c'
    local open = tonumber(counted and string.sub(text, 1, -2) or text) - 1
    if counted then
      redis.call('HSET', REQUESTS, request, open .. 'c')
    elseif open > 0 then
      redis.call('HSET', REQUESTS, request, open)
    else
      redis.call('HDEL', REQUESTS, request)
      state.q = state.q - 1
    end
  end

  -- Takes an open hold off everything that counts it; its key is the caller's to remove or to mark.
  local function close_hold(state, key, hold)
    redis.call('ZREM', EXPIRY, key)
    state.hh, state.hl = subtract(state.hh, state.hl, hold[4], hold[5])
    state.n = state.n - 1
    if hold[3] ~= '' then move_held(hold[3], -1, hold[4], hold[5]) end
    leave_request(state, hold[1])
  end

  local function give_back(state, key, hold)
    local h, l = excess(state)
    close_hold(state, key, hold)
    redis.call('HDEL', HOLDS, key)
    if redis.call('HGET', REQUESTS, hold[1]) == '0c' then redis.call('ZADD', FORGET, hold[7], key) end
    note(state, 'o5', h, l)
    note_budget(hold[3], '1')
  end

  local function expire_hold(state, key, hold)
    give_back(state, key, hold)
    state.lk = state.lk + 1
    state.lh, state.ll = add(state.lh, state.ll, hold[4], hold[5])
    redis.call('ZADD', LEAKED, hold[7], cmsgpack.pack(hold))
    redis.call('ZREMRANGEBYRANK', LEAKED, 0, -1 - LEAKED_LISTED)
  end

  -- Takes off what has expired, and forgets what was settled long ago, at most so many of each.
  local function sweep(state, now, most)
    for _, key in ipairs(redis.call('ZRANGEBYSCORE', EXPIRY, '-inf', now, 'LIMIT', 0, most)) do
      expire_hold(state, key, cmsgpack.unpack(redis.call('HGET', HOLDS, key)))
    end
    for _, key in ipairs(redis.call('ZRANGEBYSCORE', FORGET, '-inf', now, 'LIMIT', 0, most)) do
      redis.call('ZREM', FORGET, key)
      if redis.call('HGET', HOLDS, key) == 's' then redis.call('HDEL', HOLDS, key) end
      local request = string.match(key, '^%S+')
      if redis.call('HGET', REQUESTS, request) == '0c' then redis.call('HDEL', REQUESTS, request) end
    end
  end
`;
