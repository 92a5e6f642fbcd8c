-- Adds jobs of any kind: own ids, delays, deduplication, limited keys, parents; guarded by a schedule's slot.
-- KEYS: jobs, delayed, events, dedup, throttled, flows, slots; then five per queue (lib.lua), parents' ones included
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
local by_name = index_by_name(queues)
local at = 8 + count
local answer, told, wake, dues, over = {}, {}, {}, {}, {}

-- Tells who listens to a queue that there is something now, or (`due`) will be.
local function say(k, due)
  if due then dues[k.name] = math.min(due, dues[k.name] or due) else wake[k.name] = true end
end

-- When a debounced job of this key is due, whose first call was at a time.
local function debounced(window, longest, since)
  return longest > 0 and math.min(now + window, since + longest) or now + window
end

-- The id of the job that stands for this one, and whether to go on adding.
local function deduplicate(k, mode, key, window, longest, id, record)
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
  local since, other = string.match(redis.call('HGET', dedup, key) or '', '^(%d+)|(.*)$')
  local old = other and redis.call('HGET', jobs, other)
  if old then
    if mode ~= 'b' then return other, false end
    local was = header_of(old)
    local entry = table.concat({ was[1], was[2], was[3], was[4], other }, '|')
    local before = redis.call('ZSCORE', delayed, entry)
    if before then -- the last one's content, the first one's place
      local _, body = header_of(record)
      local due = debounced(window, longest, tonumber(since))
      redis.call('HSET', jobs, other, with_header(old, was, body))
      redis.call('ZADD', delayed, due, entry)
      if due < tonumber(before) then say(k, due) end
      return other, false
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
    window, longest = tonumber(window), tonumber(longest)
    stands, go = deduplicate(k, mode, key, window, longest, id, record)
    if mode == 'b' and go then due = debounced(window, longest, now) end
  end
  if go then
    redis.call('HSET', jobs, id, record)
    local _, priority, sort, limit_key = split(entry)
    if tonumber(waits) > 0 then
      local fields = { id, waits, id .. '|', entry }
      for child = children_at, at - 1 do
        fields[#fields + 1] = id .. '|' .. ARGV[child]
        fields[#fields + 1] = '1'
      end
      call_many('HSET', flows, fields)
    elseif due > now then
      redis.call('ZADD', delayed, due, entry)
      say(k, due)
    else
      put_in_line(k, priority, sort, limit_key, id, stamp, now)
      say(k)
    end
    told[#told + 1] = 'added'
    told[#told + 1] = k.name .. '|' .. kind .. '|' .. id .. '|'
    answer[#answer + 1] = '+' .. id
  else
    answer[#answer + 1] = '-' .. stands
    local parent = header_of(record)[6]
    if parent ~= '' then -- a child that is not added: its parent does not wait for it, unless it is sent again
      local other = redis.call('HGET', jobs, stands)
      local fields = other and header_of(other) or {}
      local again = stands == id and fields[1] == k.name and string.sub(fields[6], 2) == string.sub(parent, 2)
      local failed = again and redis.call('ZSCORE', k[3], id)
      if failed or not again or redis.call('ZSCORE', k[2], id) then over[#over + 1] = { id, parent, failed } end
    end
  end
end
for _, child in ipairs(over) do
  local freed = child_ended(jobs, flows, by_name, child[1], child[2], child[3], stamp, now)
  if freed then say(freed) end
end
for name in pairs(wake) do redis.call('PUBLISH', ARGV[1] .. name, '') end
for name, due in pairs(dues) do redis.call('PUBLISH', ARGV[1] .. name, string.format('%d', due)) end
emit(events, keep, told)
return answer
