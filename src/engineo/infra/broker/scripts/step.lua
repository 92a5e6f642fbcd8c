-- What a hub does in one round trip: ends executions, then takes jobs.
-- KEYS: jobs, info, leased, delayed, events, dedup, flows, cancelled; then five per queue (lib.lua)
-- ARGV: wake prefix, now, end of new leases, token, stamp, events to keep, number of queues, their names,
--       per queue: completed jobs to keep (-1 all), oldest completed to keep (0: do not look), oldest failed;
--       number of finishes, then per finish: outcome, queue's index, lease, place, due, record, info, event, detail,
--       dedup key to release, parent; then per want: queue's index, count, and rate, window, concurrency, twice
--       (whole queue, each key)
-- Answers {indexes of lost leases, {lease, record, ...}, {jobs taken per want}, {per want: 0, or when to ask again},
--          {queue's index, score of its oldest ended job, ...}}
-- Every prefix is safe: a finish first removes its lease, which only its owner can do once; what is taken is leased in
-- the same script that takes it out of line.
local jobs, info, leased, delayed, events, dedup, flows, cancelled = unpack(KEYS, 1, 8)
local now, until_, token, stamp, keep = tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], ARGV[5], tonumber(ARGV[6])
local count = tonumber(ARGV[7])
local queues = queues_of(9, 8, count)
local by_name = index_by_name(queues)
local at = 8 + count
for _, k in ipairs(queues) do
  k.keep, k.oldest_done, k.oldest_dead = tonumber(ARGV[at]), tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  at = at + 3
end
local finishes = tonumber(ARGV[at])
local first = at + 1
local wants = first + finishes * 11
local lost, told, wake, oldest = {}, {}, {}, {}

local function drop(index, ids)
  redis.call('ZREM', index, unpack(ids))
  redis.call('HDEL', jobs, unpack(ids))
  redis.call('HDEL', info, unpack(ids))
end

-- The child of a flow has ended: its parent may go, or must fail (when the child failed and the policy says so).
local function child_ended(id, parent, failed)
  local policy, name, parent_id = string.match(parent, '^(.)~([^~]*)~(.*)$')
  local k = by_name[name]
  if redis.call('HDEL', flows, parent_id .. '|' .. id) == 0 then return end
  local left = redis.call('HINCRBY', flows, parent_id, -1)
  local entry = redis.call('HGET', flows, parent_id .. '>')
  if not entry then return end
  if failed and policy == 'f' then
    local record = redis.call('HGET', jobs, parent_id)
    if record then
      local fields, body = header_of(record)
      fields[8] = 'child ' .. id .. ' failed'
      redis.call('HSET', jobs, parent_id, with_header(record, fields, body))
    end
    left = 0
  end
  if left <= 0 then
    redis.call('HDEL', flows, parent_id, parent_id .. '>')
    local _, priority, sort, key = split(entry)
    put_in_line(k, priority, sort, key, parent_id, stamp, now)
    wake[name] = true
  end
end

if finishes > 0 then
  local members = {}
  for i = 0, finishes - 1 do members[#members + 1] = ARGV[first + i * 11 + 2] end
  local alive = redis.call('ZMSCORE', leased, unpack(members))
  redis.call('ZREM', leased, unpack(members))
  local infos, done, dead, released = {}, {}, {}, {}
  for i = 1, finishes do
    local outcome, qi, lease, entry, due, record, about, event, detail, key, parent =
      unpack(ARGV, first + (i - 1) * 11, first + i * 11 - 1)
    if not alive[i] then
      lost[#lost + 1] = i - 1
    else
      local k = queues[tonumber(qi)]
      local _, priority, sort, limit_key, id = split(entry)
      local counted = string.match(lease, '^[^|]*|([^|]*)|')
      if (counted ~= '' or limit_key ~= '') and release_limits(k, counted, limit_key, stamp, now) then
        wake[k.name] = true
      end
      if outcome == 'r' and redis.call('SREM', cancelled, id) == 1 then
        outcome, about, event = 'f', '{"error": "cancelled"}', 'failed'
      elseif detail == 'cancelled' then
        redis.call('SREM', cancelled, id)
      end
      if outcome == 'c' or outcome == 'f' then
        local ended = outcome == 'c' and done or dead
        ended[k] = ended[k] or {}
        table.insert(ended[k], now)
        table.insert(ended[k], id)
        if about ~= '' then
          infos[#infos + 1] = id
          infos[#infos + 1] = about
        end
        if key ~= '' then released[#released + 1] = key end
        if parent ~= '' then child_ended(id, parent, outcome == 'f') end
      else
        if outcome == 'r' then redis.call('HSET', jobs, id, record) end
        if outcome == 'r' and tonumber(due) > now then
          redis.call('ZADD', delayed, due, entry)
          redis.call('PUBLISH', ARGV[1] .. k.name, due)
        else
          put_in_line(k, priority, sort, limit_key, id, stamp, now)
          wake[k.name] = true
        end
      end
      if event ~= '' then
        told[#told + 1] = event
        told[#told + 1] = k.name .. '|' .. detail
      end
    end
  end
  if #infos > 0 then redis.call('HSET', info, unpack(infos)) end
  if #released > 0 then redis.call('HDEL', dedup, unpack(released)) end
  for k, list in pairs(done) do
    redis.call('ZADD', k[2], unpack(list))
    if k.keep >= 0 then
      local over = redis.call('ZRANGE', k[2], 0, -(k.keep + 1))
      if #over > 0 then drop(k[2], over) end
    end
  end
  for k, list in pairs(dead) do redis.call('ZADD', k[3], unpack(list)) end
  for i, k in ipairs(queues) do
    for set, cutoff in pairs({ [k[2]] = k.oldest_done, [k[3]] = k.oldest_dead }) do
      if cutoff > 0 then
        local over = redis.call('ZRANGEBYSCORE', set, '-inf', cutoff, 'LIMIT', 0, 1000)
        if #over > 0 then drop(set, over) end
        local head = redis.call('ZRANGE', set, 0, 0, 'WITHSCORES')
        oldest[#oldest + 1] = set == k[2] and i or -i
        oldest[#oldest + 1] = head[2] or tostring(now)
      end
    end
  end
end

-- Whether a limit lets one more start now; opens a new window when the last one is over.
local function may_start(limit, rate, window, concurrency)
  if concurrency > 0 and limit[1] >= concurrency then return false, 0 end
  if rate > 0 then
    if now >= limit[3] then limit[2], limit[3] = 0, now + window end
    if limit[2] >= rate then return false, limit[3] end
  end
  return true, 0
end

local taken, tokens = {}, 0
local function take(k, priority, member, key, counted)
  local sort = string.sub(member, 17, 17) == ':' and string.sub(member, 1, 16) or ''
  local id = id_of(member)
  tokens = tokens + 1
  taken[#taken + 1] = { id, token .. tokens .. '|' .. counted .. '|' .. k.name .. '|' .. priority .. '|' .. sort .. '|' .. key .. '|' .. id }
end

-- A key's turn has come: one job of it, and its next turn at the end of the line.
local function take_turn(k, priority, key, rate, window, concurrency, counted)
  local limit = load_limit(k[5], key)
  local heads = redis.call('ZRANGEBYLEX', k[4], '[' .. key .. '\0', '(' .. key .. '\1', 'LIMIT', 0, 2)
  local go, again = may_start(limit, rate, window, concurrency)
  local started = false
  if heads[1] and go then
    redis.call('ZREM', k[4], heads[1])
    local rest = string.sub(heads[1], #key + 2)
    take(k, tonumber(string.sub(rest, 1, 10)) - 2147483648, string.sub(rest, 12), key, counted)
    limit[1], limit[2] = limit[1] + 1, limit[2] + 1
    table.remove(heads, 1)
    started = true
    go, again = may_start(limit, rate, window, concurrency)
  end
  if not heads[1] then
    limit[4] = 0
  elseif go then
    limit[4] = 1
    take_place(k[1], priority, key, stamp)
  elseif again > 0 then
    limit[4] = 2
    redis.call('ZADD', delayed, again, k.name .. '|' .. priority .. '|@|' .. key .. '|')
  else
    limit[4] = 3
  end
  save_limit(k[5], key, limit, now)
  return started
end

local got, again = {}, {}
for i = wants, #ARGV, 8 do
  local qi, n, rate, window, concurrency, key_rate, key_window, key_concurrency = unpack(ARGV, i, i + 7)
  local k = queues[tonumber(qi)]
  n, rate, window, concurrency = tonumber(n), tonumber(rate), tonumber(window), tonumber(concurrency)
  local limited = rate > 0 or concurrency > 0
  local before, wait = #taken, 0
  local whole = limited and load_limit(k[5], '') or nil
  local counted = limited and 'q' or ''
  local allowed = n
  if limited then
    local go
    go, wait = may_start(whole, rate, window, concurrency)
    if not go then allowed = 0 end
    if concurrency > 0 then allowed = math.min(allowed, concurrency - whole[1]) end
    if rate > 0 then allowed = math.min(allowed, rate - whole[2]) end
  end
  while allowed > 0 do
    local asked = allowed
    local popped = redis.call('ZPOPMIN', k[1], asked)
    if #popped == 0 then break end
    if popped[1] == '!' then -- paused: everything back as it was
      local back = {}
      for j = 1, #popped, 2 do
        back[#back + 1] = popped[j + 1]
        back[#back + 1] = popped[j]
      end
      redis.call('ZADD', k[1], unpack(back))
      break
    end
    for j = 1, #popped, 2 do
      local member, priority = popped[j], popped[j + 1]
      if string.sub(member, 17, 17) == '@' then
        if take_turn(k, priority, string.sub(member, 18), tonumber(key_rate), tonumber(key_window),
          tonumber(key_concurrency), counted) then
          allowed = allowed - 1
        end
      else
        take(k, priority, member, '', counted)
        allowed = allowed - 1
      end
    end
    if #popped < 2 * asked and #popped == 2 * (asked - allowed) then break end
  end
  local number = #taken - before
  if limited then
    if number > 0 then
      whole[1], whole[2] = whole[1] + number, whole[2] + number
      save_limit(k[5], '', whole, now)
      if number < n then
        local _, ends = may_start(whole, rate, window, concurrency)
        wait = ends
      end
    end
    if wait > 0 and redis.call('EXISTS', k[1]) == 0 then wait = 0 end
  end
  got[#got + 1] = number
  again[#again + 1] = wait
end

local answer = {}
if #taken > 0 then
  local ids = {}
  for i, job in ipairs(taken) do ids[i] = job[1] end
  local records = redis.call('HMGET', jobs, unpack(ids))
  local leases = {}
  for i, job in ipairs(taken) do
    local record = records[i]
    if record then
      leases[#leases + 1] = until_
      leases[#leases + 1] = job[2]
      answer[#answer + 1] = job[2]
      answer[#answer + 1] = record
      if string.sub(record, 1, 1) == '!' then -- deduplicated until started: that is now
        local key = string.sub(header_of(record)[5], 2)
        local held = redis.call('HGET', dedup, key)
        if held and string.match(held, '|(.*)$') == job[1] then redis.call('HDEL', dedup, key) end
      end
      told[#told + 1] = 'active'
      told[#told + 1] = string.match(job[2], '^[^|]*|[^|]*|([^|]*)|') .. '||' .. job[1] .. '|'
    end
  end
  if #leases > 0 then redis.call('ZADD', leased, unpack(leases)) end
end
for name in pairs(wake) do redis.call('PUBLISH', ARGV[1] .. name, '') end
emit(events, keep, told)
return { lost, answer, got, again, oldest }
