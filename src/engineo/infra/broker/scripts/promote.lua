-- Puts due entries of the delayed set in line: jobs, and turns of limited keys whose window is over.
-- KEYS: delayed; then five per queue (lib.lua)
-- ARGV: wake prefix, now, stamp, number of queues, their names; then per entry: queue's index, entry
local delayed = KEYS[1]
local now, stamp = tonumber(ARGV[2]), ARGV[3]
local count = tonumber(ARGV[4])
local queues = queues_of(2, 5, count)
local moved, wake = 0, {}
for at = 5 + count, #ARGV, 2 do
  local k, entry = queues[tonumber(ARGV[at])], ARGV[at + 1]
  if redis.call('ZREM', delayed, entry) == 1 then
    local _, priority, sort, key, id = split(entry)
    if sort == '@' then
      local limit = load_limit(k[5], key)
      if limit[4] == '2' and turn_comes_back(k, key, limit, stamp) then wake[k.name] = true end
      save_limit(k[5], key, limit, now)
    else
      put_in_line(k, priority, sort, key, id, stamp, now)
      wake[k.name] = true
    end
    moved = moved + 1
  end
end
for name in pairs(wake) do redis.call('PUBLISH', ARGV[1] .. name, '') end
return moved
