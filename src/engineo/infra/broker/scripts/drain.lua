-- Drops up to a number of a queue's waiting jobs: those of limited keys, then those in line.
-- KEYS: jobs, info, events, dedup, flows; then five per queue (lib.lua): the queue's own, then those of parents
-- ARGV: wake prefix, now, stamp, events to keep, how many, number of queues, their names
-- A child whose parent's queue was not named stays for the next call, and is not among the answered ids.
local jobs, info, events, dedup, flows = unpack(KEYS, 1, 5)
local now, stamp, keep, most = tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local queues = queues_of(6, 7, tonumber(ARGV[6]))
local by_name = index_by_name(queues)
local k = queues[1]
local ids, orphaned, wake = {}, {}, {}

-- Forgets a job, unless its parent could not be told.
local function drop(id)
  local record = redis.call('HGET', jobs, id)
  local fields = record and header_of(record) or {}
  local parent = fields[6] or ''
  local name, parent_id = string.match(parent, '^.~([^~]*)~(.*)$')
  local waiting = name and not by_name[name] and redis.call('HGET', flows, parent_id .. '|')
  if waiting and split(waiting) == name then return false end
  if (fields[5] or '') ~= '' then release_key(dedup, string.sub(fields[5], 2), id) end
  if parent ~= '' then orphaned[#orphaned + 1] = { id, parent } end
  ids[#ids + 1] = id
  return true
end

-- Goes through a set and removes what `takes` accepts.
local function sweep(set, takes)
  local passed = 0
  while #ids < most do
    local members = redis.call('ZRANGE', set, passed, passed + math.min(PART, most - #ids) - 1)
    if #members == 0 then return end
    local taken = {}
    for _, member in ipairs(members) do
      if takes(member) then taken[#taken + 1] = member else passed = passed + 1 end
    end
    call_many('ZREM', set, taken)
  end
end

local keys = {}
sweep(k[4], function(member)
  local key, rest = string.match(member, '^(%Z*)%z%d+|(.*)$')
  keys[key] = true
  return drop(id_of(rest))
end)
sweep(k[1], function(member)
  return member ~= '!' and string.sub(member, 17, 17) ~= '@' and drop(id_of(member))
end)
for key in pairs(keys) do -- a turn goes when its jobs are gone
  local limit = load_limit(k[5], key)
  if #limit[4] == 16 and not heads_of(k, key, 1)[1] then
    redis.call('ZREM', k[1], limit[4] .. '@' .. key)
    limit[4] = '0'
    save_limit(k[5], key, limit, now)
  end
end
call_many('HDEL', jobs, ids)
call_many('HDEL', info, ids)
for _, child in ipairs(orphaned) do
  local freed = child_ended(jobs, flows, by_name, child[1], child[2], true, stamp, now)
  if freed then wake[freed.name] = true end
end
for name in pairs(wake) do redis.call('PUBLISH', ARGV[1] .. name, '') end
emit(events, keep, removed(k.name, ids))
return ids
