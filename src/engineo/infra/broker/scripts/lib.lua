-- Shared by the scripts that move jobs between states. Names and formats: docs/queue.md.
-- A place is `queue|priority|sort|key|id`. Keys of a queue come in KEYS, five at a time, in the order of its name in
-- ARGV: ready, done, dead, held, limits.

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

-- One field per limited key: running; started in the window; end of the window; the key's turn, which is
-- 0 not in line, 1 in line, 2 put off until the window ends, 3 waiting for one of its jobs to end.
local function load_limit(limits, key)
  local text = redis.call('HGET', limits, key)
  if not text then return { 0, 0, 0, 0 } end
  local running, started, ends, turn = string.match(text, '^(%d+);(%d+);(%d+);(%d)$')
  return { tonumber(running), tonumber(started), tonumber(ends), tonumber(turn) }
end

local function save_limit(limits, key, limit, now)
  if limit[1] == 0 and limit[4] == 0 and now >= limit[3] then
    redis.call('HDEL', limits, key)
  else
    redis.call('HSET', limits, key, string.format('%d;%d;%d;%d', limit[1], limit[2], limit[3], limit[4]))
  end
end

local turns = 0
local function take_place(ready, priority, key, stamp)
  turns = turns + 1
  redis.call('ZADD', ready, priority, stamp .. string.format('%03d', turns % 1000) .. '@' .. key)
end

-- Puts a job in line. k holds the queue's five keys.
local function put_in_line(k, priority, sort, key, id, stamp, now)
  if key == '' then
    redis.call('ZADD', k[1], priority, member_of(sort, id))
    return
  end
  redis.call('ZADD', k[4], 0, held_member(priority, sort, key, id))
  local limit = load_limit(k[5], key)
  if limit[4] == 0 then
    limit[4] = 1
    take_place(k[1], priority, key, stamp)
    save_limit(k[5], key, limit, now)
  end
end

-- One job of a key, or of the queue as a whole (key ''), has ended. Answers whether somebody may start one now.
local function release_limit(k, key, stamp, now)
  local limit = load_limit(k[5], key)
  limit[1] = math.max(0, limit[1] - 1)
  local freed = key == ''
  if limit[4] == 3 then
    limit[4] = 1
    take_place(k[1], 0, key, stamp)
    freed = true
  end
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

local function emit(events, keep, list)
  if keep > 0 and #list > 0 then
    redis.call('XADD', events, 'MAXLEN', '~', keep, '*', unpack(list))
  end
end
