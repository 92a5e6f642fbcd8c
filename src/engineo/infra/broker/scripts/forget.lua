-- Drops up to a number of jobs of one index: ended ones by age, or waiting ones (with what is held for limited keys).
-- KEYS: jobs, info, index, held, events
-- ARGV: highest score ('' drains the line), how many, events to keep, queue
local jobs, info, index, held, events = unpack(KEYS)
local most = tonumber(ARGV[2])
local ids = {}
if ARGV[1] ~= '' then
  ids = redis.call('ZRANGEBYSCORE', index, '-inf', ARGV[1], 'LIMIT', 0, most)
  if #ids > 0 then redis.call('ZREM', index, unpack(ids)) end
else
  for _, member in ipairs(redis.call('ZRANGE', index, 0, most)) do
    if member ~= '!' and string.sub(member, 17, 17) ~= '@' and #ids < most then
      redis.call('ZREM', index, member)
      ids[#ids + 1] = id_of(member)
    end
  end
  for _, member in ipairs(redis.call('ZRANGE', held, 0, most - 1 - #ids)) do
    redis.call('ZREM', held, member)
    ids[#ids + 1] = id_of(string.match(member, '%z%d+|(.*)$'))
  end
end
if #ids > 0 then
  redis.call('HDEL', jobs, unpack(ids))
  redis.call('HDEL', info, unpack(ids))
  local told = {}
  for _, id in ipairs(ids) do
    told[#told + 1] = 'removed'
    told[#told + 1] = ARGV[4] .. '||' .. id .. '|'
  end
  emit(events, tonumber(ARGV[3]), told)
end
return ids
