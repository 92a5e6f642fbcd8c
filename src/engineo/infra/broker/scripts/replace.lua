-- Puts another body in the place of an existing job's. The header stays: indexes are made of it.
-- KEYS: jobs   ARGV: id, record
local old = redis.call('HGET', KEYS[1], ARGV[1])
if not old then return 0 end
local _, body = header_of(ARGV[2])
redis.call('HSET', KEYS[1], ARGV[1], with_header(old, header_of(old), body))
return 1
