/**
 * How far teams have passed their budgets, noted when it changes: causes are numbered as those of the credits. A budget is
 * its period, by how much it is passed in two limbs, and its limit in two limbs where there is one.
 */
export const BUDGETS_SCRIPT = `
  local function read_budget(team)
    local packed = team ~= '' and redis.call('HGET', BUDGETS, team)
    return packed and cmsgpack.unpack(packed)
  end

  local function save_budget(team, budget)
    redis.call('HSET', BUDGETS, team, cmsgpack.pack(budget))
  end

  local function passed_by(team, budget)
    if not budget[4] then return 0, 0 end
    local sh, sl = read_pair(SPENT, budget[1] .. ' ' .. team)
    local hh, hl = read_pair(HELD, team)
    local h, l = add(sh, sl, hh, hl)
    h, l = subtract(h, l, budget[4], budget[5])
    if h < 0 then return 0, 0 end
    return h, l
  end

  -- Notes what was added since the last note, by its cause; what was taken off is made good (5).
  local function move_budget(team, budget, cause)
    local h, l = passed_by(team, budget)
    local grown_high, grown_low = subtract(h, l, budget[2], budget[3])
    if grown_high == 0 and grown_low == 0 then return false end
    budget[2], budget[3] = h, l
    if grown_high < 0 then cause, grown_high, grown_low = '5', subtract(0, 0, grown_high, grown_low) end
    local ph, pl = read_pair(BUDGETS, ' ' .. cause)
    ph, pl = add(ph, pl, grown_high, grown_low)
    redis.call('HSET', BUDGETS, 'h ' .. cause, ph, 'l ' .. cause, pl)
    return true
  end

  local function note_budget(team, cause)
    local budget = read_budget(team)
    if budget and move_budget(team, budget, cause) then save_budget(team, budget) end
  end

  -- Takes the limit that a request is about to be judged by. A period that is over does not come again.
  local function learn_budget(team, period, limit_high, limit_low)
    local budget = read_budget(team)
    if team == '' or (not budget and not limit_high) then return end
    budget = budget or {period, 0, 0}
    local is_later = tonumber(period) > tonumber(budget[1])
    local is_other = budget[4] ~= limit_high or budget[5] ~= limit_low
    if not is_later and not is_other then return end
    if is_later then
      budget[1] = period
      move_budget(team, budget, '1')
    end
    if is_other then
      budget[4], budget[5] = limit_high, limit_low
      move_budget(team, budget, '3')
    end
    save_budget(team, budget)
  end
`;
