-- Adds jobs of any kind: own ids, delays, deduplication, limited keys, parents; guarded by a schedule's slot.
-- KEYS: jobs, delayed, events, dedup, throttled, flows, slots; then five per queue (lib.lua)
-- ARGV: wake prefix, now, stamp, events to keep, schedule ('' for none), slot, number of queues, their names;
--       then per job: queue's index, id, place, record, check id ('1'), due (0: now), kind,
--       dedup mode, dedup key, window, longest wait, number of children, the children's ids
-- Answers per job the id that stands for it, with '+' before it when it was added; nothing when the slot is taken.
local jobs, delayed, events, dedup, throttled, flows, slots = unpack(KEYS, 1, 7)
local now, stamp, keep = tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
if ARGV[5] ~= '' then
  local last = redis.call('HGET', slots, ARGV[5])
  if last and tonumber(last) >= tonumber(ARGV[6]) then return {} end
  redis.call('HSET', slots, ARGV[5], ARGV[6])
end
local count = tonumber(ARGV[7])
local queues = queues_of(8, 8, count)
local at = 8 + count
local answer, told, wake = {}, {}, {}

local function say(k, text)
  if wake[k.name] == nil or wake[k.name] ~= '' and (text == '' or tonumber(text) < tonumber(wake[k.name])) then
    wake[k.name] = text
  end
end

-- The id of the job that stands for this one, and whether to go on adding.
local function deduplicate(mode, key, window, longest, id, record)
  if mode == 't' then
    local ends = redis.call('ZSCORE', throttled, key)
    if ends and tonumber(ends) > now then return redis.call('HGET', dedup, key) or id, false end
    for _, old in ipairs(redis.call('ZRANGEBYSCORE', throttled, '-inf', now, 'LIMIT', 0, 100)) do
      redis.call('ZREM', throttled, old)
      redis.call('HDEL', dedup, old)
    end
    redis.call('ZADD', throttled, now + window, key)
    redis.call('HSET', dedup, key, id)
    return id, true
  end
  local held = redis.call('HGET', dedup, key)
  local other, since = nil, nil
  if held then
    since, other = string.match(held, '^(%d+)|(.*)$')
    if redis.call('HEXISTS', jobs, other) == 1 then
      if mode ~= 'b' then return other, false end
      local old = redis.call('HGET', jobs, other)
      local was = header_of(old)
      local _, body = header_of(record)
      local due = now + window
      if longest > 0 then due = math.min(due, tonumber(since) + longest) end
      local entry = table.concat({ was[1], was[2], was[3], was[4], other }, '|')
      if redis.call('ZSCORE', delayed, entry) then
        redis.call('HSET', jobs, other, with_header(old, was, body))
        redis.call('ZADD', delayed, due, entry)
        return other, false
      end
    end
  end
  redis.call('HSET', dedup, key, now .. '|' .. id)
  return id, true
end

while at <= #ARGV do
  local qi, id, entry, record, check, due, kind, mode, key, window, longest, waits = unpack(ARGV, at, at + 11)
  local k = queues[tonumber(qi)]
  local children_at = at + 12
  at = children_at + tonumber(waits)
  due = tonumber(due)
  local stands, go = id, true
  if check == '1' and redis.call('HEXISTS', jobs, id) == 1 then go = false end
  if go and mode ~= '' then
    stands, go = deduplicate(mode, key, tonumber(window), tonumber(longest), id, record)
    if mode == 'b' and go then due = now + tonumber(window) end
  end
  if go then
    redis.call('HSET', jobs, id, record)
    local _, priority, sort, limit_key = split(entry)
    if tonumber(waits) > 0 then
      local fields = { id, waits, id .. '>', entry }
      for child = children_at, at - 1 do
        fields[#fields + 1] = id .. '|' .. ARGV[child]
        fields[#fields + 1] = '1'
      end
      redis.call('HSET', flows, unpack(fields))
    elseif due > now then
      redis.call('ZADD', delayed, due, entry)
      say(k, tostring(due))
    else
      put_in_line(k, priority, sort, limit_key, id, stamp, now)
      say(k, '')
    end
    told[#told + 1] = 'added'
    told[#told + 1] = k.name .. '|' .. kind .. '|' .. id .. '|'
    answer[#answer + 1] = '+' .. id
  else
    answer[#answer + 1] = '-' .. stands
  end
end
for name, text in pairs(wake) do redis.call('PUBLISH', ARGV[1] .. name, text) end
emit(events, keep, told)
return answer
