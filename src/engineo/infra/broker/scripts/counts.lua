-- How many jobs of a queue are in each state, at one moment.
-- KEYS: leased, delayed, flows; then the queue's five (lib.lua)
-- ARGV: queue, entries of a shared set to walk at most
-- Answers waiting, active, delayed, completed, failed, blocked; -1 for a number that would take too long here.
local leased, delayed, flows = unpack(KEYS, 1, 3)
local ready, done, dead, held, limits = unpack(KEYS, 4, 8)
local most = tonumber(ARGV[2])
local start = ARGV[1] .. '|'

local waiting = redis.call('ZCARD', ready) + redis.call('ZCARD', held)
if redis.call('ZSCORE', ready, '!') then waiting = waiting - 1 end
for _, limit in ipairs(redis.call('HVALS', limits)) do -- turns in line are no jobs
  if #parse_limit(limit)[4] == 16 then waiting = waiting - 1 end
end

local active = 0
for _, lease in ipairs(redis.call('ZRANGE', leased, 0, -1)) do
  local queue = string.match(lease, '^[^|]*|[^|]*|([^|]*)|')
  if queue == ARGV[1] then active = active + 1 end
end

local later = -1
if redis.call('ZCARD', delayed) <= most then
  later = 0
  for _, entry in ipairs(redis.call('ZRANGE', delayed, 0, -1)) do
    local queue, _, sort = split(entry)
    if queue == ARGV[1] and sort ~= '@' then later = later + 1 end
  end
end

local blocked = -1
if redis.call('HLEN', flows) <= most then
  blocked = 0
  local flat = redis.call('HGETALL', flows)
  for i = 1, #flat, 2 do
    if string.sub(flat[i], -1) == '|' and string.sub(flat[i + 1], 1, #start) == start then blocked = blocked + 1 end
  end
end
return { waiting, active, later, redis.call('ZCARD', done), redis.call('ZCARD', dead), blocked }
