-- Dooms a running job in its header: whoever is given it next fails it unrun. Its hub is told, to interrupt it.
-- KEYS: jobs, leased
-- ARGV: control channel, id, lease
-- Answers 1 when the job runs. Its record is the mark, so the mark goes when the job goes.
local record = redis.call('HGET', KEYS[1], ARGV[2])
if not record or not redis.call('ZSCORE', KEYS[2], ARGV[3]) then return 0 end
local fields, body = header_of(record)
fields[8] = 'cancelled'
redis.call('HSET', KEYS[1], ARGV[2], with_header(record, fields, body))
redis.call('PUBLISH', ARGV[1], 'cancel ' .. ARGV[2])
return 1
