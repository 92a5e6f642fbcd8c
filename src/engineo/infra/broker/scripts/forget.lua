-- Drops up to a number of ended jobs of one index, by age.
-- KEYS: jobs, info, index, events
-- ARGV: highest score, how many, events to keep, queue
local jobs, info, index, events = unpack(KEYS)
local ids = redis.call('ZRANGEBYSCORE', index, '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
call_many('ZREM', index, ids)
call_many('HDEL', jobs, ids)
call_many('HDEL', info, ids)
emit(events, tonumber(ARGV[3]), removed(ARGV[4], ids))
return ids
