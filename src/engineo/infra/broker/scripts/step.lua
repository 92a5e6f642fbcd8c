-- What a hub does in one round trip: ends executions, then takes jobs.
-- KEYS: jobs, info, leased, delayed, events, dedup, flows; then five per queue (lib.lua)
-- ARGV: wake prefix, now, end of new leases, token, stamp, events to keep, number of queues, their names,
--       per queue: completed jobs to keep (-1 all), oldest completed to keep (0: do not look), oldest failed;
--       number of finishes, then per finish: outcome, queue's index, lease, place, due, record, info, event, detail,
--       dedup key to release, parent; then per want: queue's index, count, and rate, window, concurrency, twice
--       (whole queue, each key)
-- Answers {indexes of lost leases, {lease, record, ...}, {jobs taken per want}, {per want: 0, or when to ask again},
--          {queue's index, score of its oldest ended job, ...}}
-- Every prefix is safe: a finish first removes its lease, which only its owner can do once; what is taken is leased in
-- the same script that takes it out of line.
local jobs, info, leased, delayed, events, dedup, flows = unpack(KEYS, 1, 7)
local now, until_, token, stamp, keep = tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], ARGV[5], tonumber(ARGV[6])
local count = tonumber(ARGV[7])
local queues = queues_of(8, 8, count)
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
  call_many('ZREM', index, ids)
  call_many('HDEL', jobs, ids)
  call_many('HDEL', info, ids)
end

if finishes > 0 then
  local members = {}
  for i = 0, finishes - 1 do members[#members + 1] = ARGV[first + i * 11 + 2] end
  local alive = {}
  if finishes == 1 then
    alive[members[1]] = redis.call('ZREM', leased, members[1]) == 1
  else
    for i, score in ipairs(ask_many('ZMSCORE', leased, members)) do alive[members[i]] = score end
    call_many('ZREM', leased, members)
  end
  local infos, done, dead = {}, {}, {}
  for i = 1, finishes do
    local outcome, qi, lease, entry, due, record, about, event, detail, key, parent =
      unpack(ARGV, first + (i - 1) * 11, first + i * 11 - 1)
    if not alive[lease] then
      lost[#lost + 1] = i - 1
    else
      alive[lease] = nil
      local k = queues[tonumber(qi)]
      local _, priority, sort, limit_key, id = split(entry)
      local counted = string.match(lease, '^[^|]*|([^|]*)|')
      if (counted ~= '' or limit_key ~= '') and release_limits(k, counted, limit_key, stamp, now) then
        wake[k.name] = true
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
        if key ~= '' then release_key(dedup, key, id) end
        if parent ~= '' then
          local freed = child_ended(jobs, flows, by_name, id, parent, outcome == 'f', stamp, now)
          if freed then wake[freed.name] = true end
        end
      else
        if outcome == 'r' then
          local old = redis.call('HGET', jobs, id)
          local doom = old and header_of(old)[8] or ''
          if doom ~= '' then -- cancelled while it ran: not delayed but in line, for somebody to fail it
            local fields, body = header_of(record)
            fields[8] = doom
            record, due = with_header(record, fields, body), '0'
          end
          redis.call('HSET', jobs, id, record)
        end
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
  call_many('HSET', info, infos)
  for k, list in pairs(done) do
    call_many('ZADD', k[2], list)
    if k.keep >= 0 then
      local over = redis.call('ZRANGE', k[2], 0, -(k.keep + 1))
      if #over > 0 then drop(k[2], over) end
    end
  end
  for k, list in pairs(dead) do call_many('ZADD', k[3], list) end
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
  taken[#taken + 1] = { id, table.concat({ token .. tokens, counted, k.name, priority, sort, key, id }, '|') }
end

-- A key's turn has come: one job of it, and its next turn at the end of the line. A window starts with a job only.
-- Answers whether one started, and the priority of the next turn if it is in line.
local put_off = {}
local function take_turn(k, key, rate, window, concurrency, counted)
  local limit = load_limit(k[5], key)
  limit[4] = '0'
  local heads = heads_of(k, key, 2)
  local started, go, again, priority = false, nil, nil, nil
  if heads[1] then go, again = may_start(limit, rate, window, concurrency) end
  if go then
    redis.call('ZREM', k[4], heads[1])
    take(k, priority_of(heads[1], key), string.sub(heads[1], #key + 13), key, counted)
    limit[1], limit[2] = limit[1] + 1, limit[2] + 1
    table.remove(heads, 1)
    started = true
    if heads[1] then go, again = may_start(limit, rate, window, concurrency) end
  end
  if heads[1] and go then
    priority = priority_of(heads[1], key)
    queue_turn(k, key, limit, priority, stamp)
  elseif heads[1] and again > 0 then
    limit[4] = '2'
    redis.call('ZADD', delayed, again, k.name .. '|0|@|' .. key .. '|')
    put_off[k.name] = math.min(put_off[k.name] or again, again)
  elseif heads[1] then
    limit[4] = '3'
  end
  save_limit(k[5], key, limit, now)
  return started, priority
end

-- Puts members that were popped back in line as they were, from an index on.
local function put_back(k, popped, from)
  local back = {}
  for j = from, #popped, 2 do
    back[#back + 1] = popped[j + 1]
    back[#back + 1] = popped[j]
  end
  call_many('ZADD', k[1], back)
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
    if popped[1] == '!' then -- paused
      put_back(k, popped, 1)
      break
    end
    local goes_on = false
    for j = 1, #popped, 2 do
      local member, priority = popped[j], popped[j + 1]
      if string.sub(member, 17, 17) == '@' then
        local started, next_priority = take_turn(k, string.sub(member, 18), tonumber(key_rate), tonumber(key_window),
          tonumber(key_concurrency), counted)
        if started then allowed = allowed - 1 end
        goes_on = goes_on or next_priority ~= nil
        if next_priority and popped[j + 3] and next_priority < tonumber(popped[j + 3]) then
          put_back(k, popped, j + 2) -- the key goes on first
          break
        end
      else
        take(k, priority, member, '', counted)
        allowed = allowed - 1
      end
    end
    if #popped < 2 * asked and not goes_on then break end -- the line was empty, and is
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
  local records = ask_many('HMGET', jobs, ids)
  local leases = {}
  for i, job in ipairs(taken) do
    local record = records[i]
    if record then
      leases[#leases + 1] = until_
      leases[#leases + 1] = job[2]
      answer[#answer + 1] = job[2]
      answer[#answer + 1] = record
      if string.sub(record, 1, 1) == '!' then -- deduplicated until started: that is now
        release_key(dedup, string.sub(header_of(record)[5], 2), job[1])
      end
      told[#told + 1] = 'active'
      told[#told + 1] = string.match(job[2], '^[^|]*|[^|]*|([^|]*)|') .. '||' .. job[1] .. '|'
    end
  end
  call_many('ZADD', leased, leases)
end
for name in pairs(wake) do redis.call('PUBLISH', ARGV[1] .. name, '') end
for name, due in pairs(put_off) do redis.call('PUBLISH', ARGV[1] .. name, string.format('%d', due)) end
emit(events, keep, told)
return { lost, answer, got, again, oldest }
