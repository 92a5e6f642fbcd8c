-- Puts jobs back whose leases are over: expired ones, a dead child's, or ones that a hub was given and never heard of.
-- KEYS: jobs, leased, events; then five per queue (lib.lua)
-- ARGV: wake prefix, now, stamp, events to keep, expired only ('1'), count a stall ('1'), longest number of stalls,
--       number of queues, their names; then per lease: queue's index, lease
-- A job that stalled too often is doomed in its header, as a cancelled one is: whoever takes it next fails it unrun.
local jobs, leased, events = unpack(KEYS, 1, 3)
local now, stamp, keep = tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local count = tonumber(ARGV[8])
local queues = queues_of(4, 9, count)
local ids, told, wake = {}, {}, {}
for at = 9 + count, #ARGV, 2 do
  local k, lease = queues[tonumber(ARGV[at])], ARGV[at + 1]
  local ends = redis.call('ZSCORE', leased, lease)
  if ends and (ARGV[5] ~= '1' or tonumber(ends) <= now) then
    redis.call('ZREM', leased, lease)
    local counted, entry = string.match(lease, '^[^|]*|([^|]*)|(.*)$')
    local _, priority, sort, key, id = split(entry)
    if (counted ~= '' or key ~= '') and release_limits(k, counted, key, stamp, now) then wake[k.name] = true end
    local record = redis.call('HGET', jobs, id)
    if record then
      if ARGV[6] == '1' then
        local fields, body = header_of(record)
        fields[7] = tostring((tonumber(fields[7]) or 0) + 1)
        if tonumber(fields[7]) > tonumber(ARGV[7]) and fields[8] == '' then fields[8] = 'stalled' end
        redis.call('HSET', jobs, id, with_header(record, fields, body))
        told[#told + 1] = 'stalled'
        told[#told + 1] = k.name .. '||' .. id .. '|'
      end
      put_in_line(k, priority, sort, key, id, stamp, now)
      wake[k.name] = true
      ids[#ids + 1] = id
    end
  end
end
for name in pairs(wake) do redis.call('PUBLISH', ARGV[1] .. name, '') end
emit(events, keep, told)
return ids
