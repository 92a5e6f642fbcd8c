-- Looks at jobs, all at one moment.
-- KEYS: jobs, info, leased, delayed, flows; then five per queue (lib.lua)
-- ARGV: number of queues, their names, then the ids
-- Answers per id nothing, or {record, info, state, when it is due, its lease ends or it ended}
local jobs, info, leased, delayed, flows = unpack(KEYS, 1, 5)
local count = tonumber(ARGV[1])
local by_name = index_by_name(queues_of(6, 2, count))

local running
local function lease_ends(id)
  if not running then
    running = {}
    local flat = redis.call('ZRANGE', leased, 0, -1, 'WITHSCORES')
    for i = 1, #flat, 2 do
      local _, _, _, _, of = split(string.match(flat[i], '^[^|]*|[^|]*|(.*)$'))
      running[of] = flat[i + 1]
    end
  end
  return running[id]
end

local function state_of(k, fields, id)
  local at = redis.call('ZSCORE', k[2], id)
  if at then return 'completed', at end
  at = redis.call('ZSCORE', k[3], id)
  if at then return 'failed', at end
  at = lease_ends(id)
  if at then return 'active', at end
  at = redis.call('ZSCORE', delayed, table.concat({ fields[1], fields[2], fields[3], fields[4], id }, '|'))
  if at then return 'delayed', at end
  if redis.call('HEXISTS', flows, id .. '|') == 1 then return 'blocked', false end
  return 'waiting', false
end

local answer = {}
for i = 2 + count, #ARGV do
  local id = ARGV[i]
  local record = redis.call('HGET', jobs, id)
  local fields = record and header_of(record) or {}
  local k = by_name[fields[1]]
  if k then
    local state, at = state_of(k, fields, id)
    answer[#answer + 1] = { record, redis.call('HGET', info, id), state, at }
  else
    answer[#answer + 1] = false
  end
end
return answer
