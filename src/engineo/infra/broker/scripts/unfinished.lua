-- How many jobs of a queue wait, run or are delayed, at one moment. For tests: it walks the shared sets.
-- KEYS: ready, held, limits, delayed, leased   ARGV: queue
local total = redis.call('ZCARD', KEYS[1]) + redis.call('ZCARD', KEYS[2])
if redis.call('ZSCORE', KEYS[1], '!') then total = total - 1 end
for _, limit in ipairs(redis.call('HVALS', KEYS[3])) do -- turns in line are no jobs
  if #string.match(limit, ';([^;]*)$') == 16 then total = total - 1 end
end
local start = ARGV[1] .. '|'
for _, entry in ipairs(redis.call('ZRANGE', KEYS[4], 0, -1)) do
  if string.sub(entry, 1, #start) == start and not string.find(entry, '^[^|]*|[^|]*|@|') then total = total + 1 end
end
for _, lease in ipairs(redis.call('ZRANGE', KEYS[5], 0, -1)) do
  local entry = string.match(lease, '^[^|]*|[^|]*|(.*)$')
  if string.sub(entry, 1, #start) == start then total = total + 1 end
end
return total
