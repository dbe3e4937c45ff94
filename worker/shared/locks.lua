-- Locks of the runs of one environment, and who waits for them.
-- KEYS: who holds what (name -> "until holder"; also the channel of news), who waits (waiter -> JSON).
-- ARGV: what to do, holder, lease in ms, patience in ms, then names.
--   take   all of the names or none: 1 if they are taken
--   wait   stand in line for them: 1 if it is worth another try
--   leave  stand in line no longer
--   free   give back those of the names that are the holder's
--   renew  hold them for another lease: how many somebody else has by now
local held, waiting = KEYS[1], KEYS[2]
local what, holder = ARGV[1], ARGV[2]
local lease, patience = tonumber(ARGV[3]), tonumber(ARGV[4])
local names = {unpack(ARGV, 5)}
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local me = holder .. '\n' .. table.concat(names, '\n')

local function holder_of(name)
  local value = redis.call('HGET', held, name)
  if not value then return nil end
  local till, who = string.match(value, '^(%d+) (.*)$')
  return tonumber(till) > now and who or nil
end

local function are_free(wanted)
  for _, name in ipairs(wanted) do
    if holder_of(name) then return false end
  end
  return true
end

local function hold(name)
  redis.call('HSET', held, name, string.format('%.0f', now + lease) .. ' ' .. holder)
end

-- Those who wait and are alive: the dead are taken out of the line.
local function line()
  local found = {}
  local all = redis.call('HGETALL', waiting)
  for at = 1, #all, 2 do
    if all[at] ~= '#' then
      local waiter = cjson.decode(all[at + 1])
      if waiter.seen + lease <= now then
        redis.call('HDEL', waiting, all[at])
      else
        found[all[at]] = waiter
      end
    end
  end
  return found
end

local function share_a_name(wanted)
  for _, mine in ipairs(names) do
    for _, name in ipairs(wanted) do
      if mine == name then return true end
    end
  end
  return false
end

-- Whoever waits longer goes first, unless he cannot go anyway; but not even then for ever.
local function may_take(waiters)
  if not are_free(names) then return false end
  local mine = waiters[me]
  for id, waiter in pairs(waiters) do
    local is_before = id ~= me and (not mine or waiter.turn < mine.turn)
    if is_before and share_a_name(waiter.names) then
      if now - waiter.since >= patience or are_free(waiter.names) then return false end
    end
  end
  return true
end

local function tell()
  if redis.call('HLEN', waiting) > 1 then redis.call('PUBLISH', held, '') end
end

if what == 'take' then
  if not may_take(line()) then return 0 end
  for _, name in ipairs(names) do hold(name) end
  redis.call('HDEL', waiting, me)
  redis.call('PEXPIRE', held, lease * 2)
  return 1
end

if what == 'wait' then
  local waiters = line()
  local mine = waiters[me] or {turn = redis.call('HINCRBY', waiting, '#', 1), names = names, since = now}
  mine.seen = now
  waiters[me] = mine
  redis.call('HSET', waiting, me, cjson.encode(mine))
  redis.call('PEXPIRE', waiting, lease * 2)
  return may_take(waiters) and 1 or 0
end

if what == 'leave' then
  redis.call('HDEL', waiting, me)
  tell()
  return 1
end

if what == 'free' then
  for _, name in ipairs(names) do
    local value = redis.call('HGET', held, name)
    if value and string.match(value, '^%d+ (.*)$') == holder then redis.call('HDEL', held, name) end
  end
  tell()
  return 1
end

if what == 'renew' then
  local lost = 0
  for _, name in ipairs(names) do
    local who = holder_of(name)
    -- Nobody has it: the server lost its memory, or we were late. It is ours again.
    if who == nil or who == holder then hold(name) else lost = lost + 1 end
  end
  redis.call('PEXPIRE', held, lease * 2)
  return lost
end

return redis.error_reply('unknown: ' .. what)
