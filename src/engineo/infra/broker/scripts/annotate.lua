-- Writes the progress of a job that has not ended: an execution that lost its lease overwrites no result.
-- KEYS: jobs, info, events, done, dead of the job's queue
-- ARGV: id, info, events to keep, text of the event
local jobs, info, events, done, dead = unpack(KEYS)
local id = ARGV[1]
if redis.call('HEXISTS', jobs, id) == 0 or redis.call('ZSCORE', done, id) or redis.call('ZSCORE', dead, id) then
  return 0
end
redis.call('HSET', info, id, ARGV[2])
emit(events, tonumber(ARGV[3]), { 'progress', ARGV[4] })
return 1
