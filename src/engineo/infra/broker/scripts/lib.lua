-- Shared by the scripts that move jobs between states. Names and formats: docs/queue.md.
-- A place is `queue|priority|sort|key|id`. Keys of a queue come in KEYS, five at a time, in the order of its name in
-- ARGV: ready, done, dead, held, limits.

-- Lua's stack holds some 8,000 values, and an error after the first write would leave a job in no state: long lists go
-- in parts of an even length, which keeps pairs together.
local PART = 1000
local function call_many(command, key, list)
  for i = 1, #list, PART do redis.call(command, key, unpack(list, i, math.min(i + PART - 1, #list))) end
end

local function ask_many(command, key, list)
  if #list <= PART then return redis.call(command, key, unpack(list)) end
  local answers = {}
  for i = 1, #list, PART do
    for _, answer in ipairs(redis.call(command, key, unpack(list, i, math.min(i + PART - 1, #list)))) do
      answers[#answers + 1] = answer
    end
  end
  return answers
end

local function split(entry)
  return string.match(entry, '^([^|]*)|([^|]*)|([^|]*)|([^|]*)|(.*)$')
end

local function member_of(sort, id)
  if sort == '' then return id end
  return sort .. ':' .. id
end

-- A member of a ready set is an id that sorts by itself, `<16 characters>:id`, or a key's turn `<16 characters>@key`.
local function id_of(member)
  if string.sub(member, 17, 17) == ':' then return string.sub(member, 18) end
  return member
end

-- A limited key's jobs wait in one set per queue, all with score 0: `key NUL priority|member` sorts them.
local function held_member(priority, sort, key, id)
  return key .. '\0' .. string.format('%010d', tonumber(priority) + 2147483648) .. '|' .. member_of(sort, id)
end

-- The first jobs of a limited key, in their order; and the priority that such a member carries.
local function heads_of(k, key, count)
  return redis.call('ZRANGEBYLEX', k[4], '[' .. key .. '\0', '(' .. key .. '\1', 'LIMIT', 0, count)
end

local function priority_of(head, key)
  return tonumber(string.sub(head, #key + 2, #key + 11)) - 2147483648
end

-- One field per limited key: running; started in the window; end of the window; the key's turn: '0' not in line,
-- '2' put off until the window ends, '3' waiting for one of its jobs to end, else the stamp with which it is in line.
local function parse_limit(text)
  local running, started, ends, turn = string.match(text, '^(%d+);(%d+);(%d+);(.*)$')
  return { tonumber(running), tonumber(started), tonumber(ends), turn }
end

local function load_limit(limits, key)
  local text = redis.call('HGET', limits, key)
  return text and parse_limit(text) or { 0, 0, 0, '0' }
end

local function is_idle(limit)
  return limit[1] == 0 and limit[4] == '0'
end

local function save_limit(limits, key, limit, now)
  if is_idle(limit) then
    if now >= limit[3] then
      redis.call('HDEL', limits, key)
      return
    end
    -- kept until its window ends, when perhaps nobody comes for it: so each of these takes old ones along
    local some = redis.call('HRANDFIELD', limits, 2, 'WITHVALUES')
    for i = 1, #some, 2 do
      local other = parse_limit(some[i + 1])
      if some[i] ~= key and is_idle(other) and now >= other[3] then redis.call('HDEL', limits, some[i]) end
    end
  end
  redis.call('HSET', limits, key, string.format('%d;%d;%d;%s', limit[1], limit[2], limit[3], limit[4]))
end

-- A key's turn goes to the end of the line of its next job's priority.
local turns = 0
local function queue_turn(k, key, limit, priority, stamp)
  turns = turns + 1
  limit[4] = stamp .. string.format('%03d', turns % 1000)
  redis.call('ZADD', k[1], priority, limit[4] .. '@' .. key)
end

-- A key may go on: its turn comes back in line, if it still has a job. Answers whether it has.
local function turn_comes_back(k, key, limit, stamp)
  limit[4] = '0'
  local head = heads_of(k, key, 1)[1]
  if not head then return false end
  queue_turn(k, key, limit, priority_of(head, key), stamp)
  return true
end

-- Puts a job in line. k holds the queue's five keys.
local function put_in_line(k, priority, sort, key, id, stamp, now)
  if key == '' then
    redis.call('ZADD', k[1], priority, member_of(sort, id))
    return
  end
  redis.call('ZADD', k[4], 0, held_member(priority, sort, key, id))
  local limit = load_limit(k[5], key)
  if limit[4] == '0' then
    queue_turn(k, key, limit, priority, stamp)
    save_limit(k[5], key, limit, now)
  elseif #limit[4] == 16 then -- a more urgent job takes the turn forward
    redis.call('ZADD', k[1], 'XX', 'LT', priority, limit[4] .. '@' .. key)
  end
end

-- One job of a key, or of the queue as a whole (key ''), has ended. Answers whether somebody may start one now.
local function release_limit(k, key, stamp, now)
  local limit = load_limit(k[5], key)
  limit[1] = math.max(0, limit[1] - 1)
  local freed = key == ''
  if limit[4] == '3' then freed = turn_comes_back(k, key, limit, stamp) end
  save_limit(k[5], key, limit, now)
  return freed
end

local function release_limits(k, counted, key, stamp, now)
  local freed = false
  if counted == 'q' then freed = release_limit(k, '', stamp, now) end
  if key ~= '' then freed = release_limit(k, key, stamp, now) or freed end
  return freed
end

-- A record's header: flag, then eight fields.
local function header_of(record)
  local head, body = string.match(record, '^.([^\n]*)\n(.*)$')
  local fields = {}
  for field in string.gmatch((head or '') .. '|', '([^|]*)|') do fields[#fields + 1] = field end
  return fields, body
end

local function with_header(record, fields, body)
  return string.sub(record, 1, 1) .. table.concat(fields, '|') .. '\n' .. body
end

-- The child of a flow has ended, or will never run: its parent may go, or must fail when the child failed and the
-- policy says so. Answers the keys of the parent's queue when it was put in line.
local function child_ended(jobs, flows, by_name, id, parent, failed, stamp, now)
  local policy, name, parent_id = string.match(parent, '^(.)~([^~]*)~(.*)$')
  local entry = name and redis.call('HGET', flows, parent_id .. '|')
  local queue, priority, sort, key = split(entry or '')
  local k = by_name[queue]
  if entry and (queue ~= name or not k) then return nil end -- another parent of the same id
  if not name or redis.call('HDEL', flows, parent_id .. '|' .. id) == 0 or not entry then return nil end
  local left = redis.call('HINCRBY', flows, parent_id, -1)
  if failed and policy == 'f' then
    local record = redis.call('HGET', jobs, parent_id)
    if record then
      local fields, body = header_of(record)
      fields[8] = 'child ' .. id .. ' failed'
      redis.call('HSET', jobs, parent_id, with_header(record, fields, body))
    end
    left = 0
  end
  if left > 0 then return nil end
  redis.call('HDEL', flows, parent_id, parent_id .. '|')
  put_in_line(k, priority, sort, key, parent_id, stamp, now)
  return k
end

local function queues_of(first_key, first_name, count)
  local queues = {}
  for i = 1, count do
    local at = first_key + (i - 1) * 5
    queues[i] = { KEYS[at], KEYS[at + 1], KEYS[at + 2], KEYS[at + 3], KEYS[at + 4], name = ARGV[first_name + i - 1] }
  end
  return queues
end

local function index_by_name(queues)
  local by_name = {}
  for _, k in ipairs(queues) do by_name[k.name] = k end
  return by_name
end

-- Gives a deduplication key back, if this job holds it.
local function release_key(dedup, key, id)
  local held = redis.call('HGET', dedup, key)
  if held and string.match(held, '|(.*)$') == id then redis.call('HDEL', dedup, key) end
end

local function removed(queue, ids)
  local told = {}
  for _, id in ipairs(ids) do
    told[#told + 1] = 'removed'
    told[#told + 1] = queue .. '||' .. id .. '|'
  end
  return told
end

local function emit(events, keep, list)
  if keep == 0 then return end
  for i = 1, #list, PART do
    redis.call('XADD', events, 'MAXLEN', '~', keep, '*', unpack(list, i, math.min(i + PART - 1, #list)))
  end
end
