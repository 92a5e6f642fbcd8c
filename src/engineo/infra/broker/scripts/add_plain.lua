-- Adds N jobs with fresh ids to one queue: nothing to check, nothing to compute.
-- KEYS: jobs, ready, events
-- ARGV: channel of the queue's wake-up, N, events to keep (0: none), text of the event,
--       then N times id, record; then N times priority, member
-- Every prefix is safe: the first write is the payloads; an error there (out of memory) leaves nothing behind.
local n = tonumber(ARGV[2])
local first, last = 5, 4 + 2 * n
redis.call('HSET', KEYS[1], unpack(ARGV, first, last))
redis.call('ZADD', KEYS[2], unpack(ARGV, last + 1, last + 2 * n))
if ARGV[3] ~= '0' then redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[3], '*', 'added', ARGV[4]) end
return redis.call('PUBLISH', ARGV[1], '')
