-- Moves one job that does not run: to waiting, to failed, or out of the store.
-- KEYS: jobs, info, delayed, events, dedup, flows; then the queue's five (lib.lua)
-- ARGV: wake prefix, now, stamp, events to keep, place, to ('waiting', 'failed', ''), record ('' keeps it), info,
--       queue, then the states it may be in
-- Answers the state it was in, or '' when it was in none of these and nothing changed.
local jobs, info, delayed, events, dedup, flows = unpack(KEYS, 1, 6)
local k = { unpack(KEYS, 7, 11) }
local now, stamp, keep, entry, to = tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4]), ARGV[5], ARGV[6]
local _, priority, sort, key, id = split(entry)
local may = {}
for i = 10, #ARGV do may[ARGV[i]] = true end
local was = ''
local record = redis.call('HGET', jobs, id)
if not record then return '' end
if may.waiting and redis.call('ZREM', k[1], member_of(sort, id)) == 1 then was = 'waiting'
elseif may.waiting and key ~= '' and redis.call('ZREM', k[4], held_member(priority, sort, key, id)) == 1 then was = 'waiting'
elseif may.delayed and redis.call('ZREM', delayed, entry) == 1 then was = 'delayed'
elseif may.completed and redis.call('ZREM', k[2], id) == 1 then was = 'completed'
elseif may.failed and redis.call('ZREM', k[3], id) == 1 then was = 'failed'
elseif may.blocked and redis.call('HDEL', flows, id .. '>') == 1 then
  redis.call('HDEL', flows, id)
  was = 'blocked'
else return '' end
if ARGV[7] ~= '' then redis.call('HSET', jobs, id, ARGV[7]) end
if to == 'waiting' then
  redis.call('HDEL', info, id)
  put_in_line(k, priority, sort, key, id, stamp, now)
  redis.call('PUBLISH', ARGV[1] .. ARGV[9], '')
  return was
end
local text = header_of(record)[5] or ''
local mark = string.sub(text, 2)
if mark ~= '' then
  local held = redis.call('HGET', dedup, mark)
  if held and string.match(held, '|(.*)$') == id then redis.call('HDEL', dedup, mark) end
end
if to == 'failed' then
  redis.call('ZADD', k[3], now, id)
  redis.call('HSET', info, id, ARGV[8])
  emit(events, keep, { 'failed', ARGV[9] .. '||' .. id .. '|' })
else
  redis.call('HDEL', jobs, id)
  redis.call('HDEL', info, id)
  emit(events, keep, { 'removed', ARGV[9] .. '||' .. id .. '|' })
end
return was
