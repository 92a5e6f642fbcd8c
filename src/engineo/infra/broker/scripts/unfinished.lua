-- How many jobs of a queue wait, run or are delayed, at one moment. For tests: it walks the shared sets.
-- KEYS: ready, held, delayed, leased   ARGV: queue
local total = redis.call('ZCARD', KEYS[1]) + redis.call('ZCARD', KEYS[2])
if redis.call('ZSCORE', KEYS[1], '!') then total = total - 1 end
local start = ARGV[1] .. '|'
for _, entry in ipairs(redis.call('ZRANGE', KEYS[3], 0, -1)) do
  if string.sub(entry, 1, #start) == start then total = total + 1 end
end
for _, lease in ipairs(redis.call('ZRANGE', KEYS[4], 0, -1)) do
  local entry = string.match(lease, '^[^|]*|[^|]*|(.*)$')
  if string.sub(entry, 1, #start) == start then total = total + 1 end
end
return total
