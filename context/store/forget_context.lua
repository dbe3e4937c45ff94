-- Remove a run's context, if its time is over.
-- KEYS: the context.  ARGV: the moment in ms.
-- Gives 1 if it is gone, 0 if it was written again meanwhile.
local expires_at = tonumber(redis.call('HGET', KEYS[1], 'expires_at') or '0')
if expires_at > tonumber(ARGV[1]) then
  return 0
end
redis.call('DEL', KEYS[1])
return 1
