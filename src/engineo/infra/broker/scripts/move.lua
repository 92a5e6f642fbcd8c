-- Moves one job that does not run: to waiting, to failed, or out of the store.
-- KEYS: jobs, info, delayed, events, dedup, flows; then five per queue (lib.lua): the job's, then its parent's, if any
-- ARGV: wake prefix, now, stamp, events to keep, place, to ('waiting', 'failed', ''), record ('' keeps it), info,
--       number of queues, their names, then the states it may be in
-- Answers the state it was in, or '' when it was in none of these and nothing changed.
local jobs, info, delayed, events, dedup, flows = unpack(KEYS, 1, 6)
local now, stamp, keep, entry, to = tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4]), ARGV[5], ARGV[6]
local count = tonumber(ARGV[9])
local queues = queues_of(7, 10, count)
local by_name = index_by_name(queues)
local k = queues[1]
local _, priority, sort, key, id = split(entry)
local may = {}
for i = 10 + count, #ARGV do may[ARGV[i]] = true end
local record = redis.call('HGET', jobs, id)
if not record then return '' end
local was
local index, member = k[1], member_of(sort, id)
if key ~= '' then index, member = k[4], held_member(priority, sort, key, id) end
if may.waiting and redis.call('ZREM', index, member) == 1 then was = 'waiting'
elseif may.delayed and redis.call('ZREM', delayed, entry) == 1 then was = 'delayed'
elseif may.completed and redis.call('ZREM', k[2], id) == 1 then was = 'completed'
elseif may.failed and redis.call('ZREM', k[3], id) == 1 then was = 'failed'
elseif may.blocked and redis.call('HDEL', flows, id .. '|') == 1 then
  redis.call('HDEL', flows, id)
  was = 'blocked'
else return '' end
local fields, body = header_of(record)
local mark = string.sub(fields[5], 2)

if to == 'waiting' then
  local ended = was == 'completed' or was == 'failed'
  if ARGV[7] ~= '' then -- a changed job stands where its new record says
    record = ARGV[7]
    fields = header_of(record)
    priority, sort, key = fields[2], fields[3], fields[4]
  elseif ended then -- it starts anew
    fields[7], fields[8] = '', ''
    record = with_header(record, fields, body)
  end
  redis.call('HSET', jobs, id, record)
  if ended and mark ~= '' and string.sub(fields[5], 1, 1) ~= 't' then
    redis.call('HSETNX', dedup, mark, now .. '|' .. id)
  end
  redis.call('HDEL', info, id)
  put_in_line(k, priority, sort, key, id, stamp, now)
  redis.call('PUBLISH', ARGV[1] .. k.name, '')
  return was
end

if mark ~= '' then release_key(dedup, mark, id) end
if to == 'failed' then
  redis.call('ZADD', k[3], now, id)
  if ARGV[7] ~= '' then redis.call('HSET', jobs, id, ARGV[7]) end
  if ARGV[8] ~= '' then redis.call('HSET', info, id, ARGV[8]) end
  emit(events, keep, { 'failed', k.name .. '||' .. id .. '|' })
else
  redis.call('HDEL', jobs, id)
  redis.call('HDEL', info, id)
  emit(events, keep, { 'removed', k.name .. '||' .. id .. '|' })
end
if fields[6] ~= '' then
  local freed = child_ended(jobs, flows, by_name, id, fields[6], true, stamp, now)
  if freed then redis.call('PUBLISH', ARGV[1] .. freed.name, '') end
end
return was
