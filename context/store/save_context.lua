-- Write a run's context, if the stored version is still the expected one.
-- KEYS: the context.
-- ARGV: expected version, writer (one for each save), content, moment of expiry in ms, time to live in ms.
-- Gives {1, the new version}, or {0, the stored version}: then nothing was written.
local version = tonumber(redis.call('HGET', KEYS[1], 'version') or '0')
local expected = tonumber(ARGV[1])

-- The answer to this very save was lost on its way, and it is sent again.
if version == expected + 1 and redis.call('HGET', KEYS[1], 'writer') == ARGV[2] then
  return {1, version}
end
if version ~= expected then
  return {0, version}
end
redis.call('HSET', KEYS[1],
  'version', expected + 1, 'writer', ARGV[2], 'content', ARGV[3], 'expires_at', ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return {1, expected + 1}
