-- The limits of one environment: how many requests at one time, and how many in a second.
-- KEYS: places that are taken (id -> until; also the channel of news), the line (id -> turn),
--   when those in line were seen last (id -> ms), the next moment at which a request may go out (µs).
-- ARGV: what to do, most at one time (0: any number), gap between two requests in µs (0: none),
--   lease in ms, how long somebody in line counts as alive without being seen in ms, then ids.
--   enter     take a place: how many µs to wait before sending, or -1 when one has to stand in line
--   leave     give back places
--   give_up   stand in line no longer
--   renew     keep places for another lease
local taken, line, seen, pace = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local what = ARGV[1]
local most, gap = tonumber(ARGV[2]), tonumber(ARGV[3])
local lease, alive = tonumber(ARGV[4]), tonumber(ARGV[5])
local ids = {unpack(ARGV, 6)}
local clock = redis.call('TIME')
local micros = clock[1] * 1000000 + clock[2]
local now = math.floor(micros / 1000)

local function plain(number) return string.format('%.0f', number) end

local function tell()
  if redis.call('ZCARD', line) > 0 then redis.call('PUBLISH', taken, '') end
end

local function forget_the_dead()
  redis.call('ZREMRANGEBYSCORE', taken, '-inf', plain(now))
  for _, id in ipairs(redis.call('ZRANGE', line, 0, -1)) do
    if tonumber(redis.call('HGET', seen, id) or '0') + alive <= now then
      redis.call('ZREM', line, id)
      redis.call('HDEL', seen, id)
    end
  end
end

local function stand_in_line(id)
  if not redis.call('ZSCORE', line, id) then
    redis.call('ZADD', line, redis.call('HINCRBY', seen, '#', 1), id)
  end
  redis.call('HSET', seen, id, plain(now))
  redis.call('PEXPIRE', line, lease * 2)
  redis.call('PEXPIRE', seen, lease * 2)
end

-- Whether there is a place; the place is taken then.
local function take_place(id)
  forget_the_dead()
  local before_me = redis.call('ZRANK', line, id) or redis.call('ZCARD', line)
  if redis.call('ZCARD', taken) + before_me >= most then return false end
  redis.call('ZREM', line, id)
  redis.call('HDEL', seen, id)
  redis.call('ZADD', taken, plain(now + lease), id)
  redis.call('PEXPIRE', taken, lease * 2)
  return true
end

local function moment_to_send()
  local next_one = tonumber(redis.call('GET', pace) or '0')
  local mine = math.max(next_one, micros)
  redis.call('SET', pace, plain(mine + gap), 'PX', plain(math.ceil((mine + gap - micros) / 1000) + 1000))
  return mine - micros
end

if what == 'enter' then
  if most > 0 and not redis.call('ZSCORE', taken, ids[1]) and not take_place(ids[1]) then
    stand_in_line(ids[1])
    return -1
  end
  return gap > 0 and moment_to_send() or 0
end

if what == 'leave' then
  redis.call('ZREM', taken, unpack(ids))
  tell()
  return 1
end

if what == 'give_up' then
  redis.call('ZREM', line, unpack(ids))
  redis.call('HDEL', seen, unpack(ids))
  tell()
  return 1
end

if what == 'renew' then
  for _, id in ipairs(ids) do redis.call('ZADD', taken, plain(now + lease), id) end
  redis.call('PEXPIRE', taken, lease * 2)
  return 1
end

return redis.error_reply('unknown: ' .. what)
