import { createHash } from 'node:crypto'

import type { SendCommand } from '../port/connection.js'
import { RedisError } from '../port/errors.js'

/** A script of the server, and its digest. */
export interface Script {
  readonly text: string
  readonly sha: string
}

/** A script by its text. */
export const script = (text: string): Script => ({ text, sha: createHash('sha1').update(text).digest('hex') })

/** Runs a script by its digest, and sends its text to a server that does not know it. */
export const runScript = async (
  send: SendCommand,
  { text, sha }: Script,
  keys: readonly string[],
  args: readonly string[],
): Promise<unknown> => {
  const rest = [String(keys.length), ...keys, ...args]
  try {
    return await send(['EVALSHA', sha, ...rest])
  } catch (error) {
    if (!RedisError.is(error) || error.reply !== 'NOSCRIPT') throw error
    return send(['EVAL', text, ...rest])
  }
}

/** ms of the smallest step of a clock that is noticed: less than the steps that daemons of the time make. */
const STEP = 100
/** ms after which no caller knows of an earlier time, so that a doubt is over. */
export const REMEMBERED = 60_000

/**
 * `now`: the time by which a bot counts, in ms; while it is in doubt the earliest that it can be, and `at` the latest. It never goes back, and does not follow a clock that was set: KEYS[1] remembers how far
 * that is ahead, and ARGV[1] is what the caller knows (`ServerTime`). For a caller that has just started no more time has passed than by its wall clock, and that of
 * another host may be wrong: such a doubt ends with the next caller that knows better, or when no caller can.
 * After the first command of a script, which has a local `call`; the script ends its reply with the time.
 */
export const CLOCK: string = `
local now, at, time
do
  local own, known, latest, least, most, wall = string.match(ARGV[1], '^(%S*) (%S*) (%S*) (%S*) (%S*) (%S*)$')
  local before = call('HMGET', KEYS[1], 'ahead', 'last', 'latest', 'wall', 'sure')
  own = tonumber(own)
  if not own then
    local time = call('TIME')
    own = time[1] * 1000 + time[2] / 1000
  end
  now = own + (tonumber(before[1]) or 0)
  local last, sure = tonumber(before[2]), tonumber(before[5]) or 0
  local doubt = last and last < sure and before[3] - last or 0
  if known ~= '' then
    -- Behind a slow answer the clock may have been set without anybody's noticing.
    local hidden = most - least > ${STEP} and most - least or 0
    -- A command may be late by a little more than the one before.
    if now < known + least or now > latest + most + ${STEP} then
      now, at = known + least, latest + most
    else at = math.min(last and now + doubt or math.huge, latest + least) + hidden end
  elseif last then
    at = last + doubt + math.max(0, wall - before[4])
    now = math.min(now, at)
  end
  if last then now = math.max(now, last) end
  now = tonumber(string.format('%.3f', now))
  at = math.max(now, at or now)
  if at - now > doubt then sure = now + ${REMEMBERED} end
  local texts = {string.format('%.3f', now), string.format('%.3f', at)}
  time = texts[1] .. ' ' .. texts[2]
  call('HSET', KEYS[1], 'ahead', string.format('%.3f', now - own), 'last', texts[1], 'latest', texts[2], 'wall', wall,
    'sure', string.format('%.3f', sure))
end
`

/** ms by which the clock of a host may be set forward without anything being forgotten early. */
const KEEP = 7_200_000

/** `forget(key, ms)`, after `CLOCK`: an expiry goes by the clock of the host, which somebody may set. What is forgotten has its end by `now` as well. */
export const EXPIRE: string = `
local function forget(key, ms) call('PEXPIRE', key, string.format('%.0f', ms + ${KEEP})) end
`

// Rules of every script: its first command writes nothing and yet counts as a write, so that a replica, a server without memory or
// one that may not write refuses before anything is decided. Keys are those it is given. Numbers above 2^31 are printed by
// `%.0f`. Errors of the script itself would leave half of its work: it only reads what it has written in the right types.

/** `all(command, key, list)`: one command for many arguments, in parts of a size that Lua can pass. */
const ALL = `
local function all(command, key, list)
  for i = 1, #list, 500 do call(command, key, unpack(list, i, math.min(i + 499, #list))) end
end
`

/** `find(found, command, key, list)`: which of a list one command finds in a key. */
const FIND = `
local function find(found, command, key, list)
  for first = 1, #list, 500 do
    for i, one in ipairs(call(command, key, unpack(list, first, math.min(first + 499, #list)))) do
      if one and one ~= 0 then found[list[first + i - 1]] = true end
    end
  end
end
`

/** The message of a wake for a click that waits without an acknowledgement. */
export const LATE = 'late'
/** ms after which people see an error (§5.7): a click need not be acknowledged any more. */
const PATIENCE = 3000
const MOST_UNANSWERED = 1000
/** The first bytes of the body of a click that was acknowledged while it waited; workers of earlier versions read them too. */
export const ACKNOWLEDGED = '{"a":1,'

/**
 * Appends events of one source. KEYS: ev ctr ready own wait src dd0 dd1 dd2 unanswered, and where an order is among the events ev ctr ready own wait of the lane of
 * orders. ARGV: token, number of the first event, most events, channel, channel of the lane of orders, a 1 for each event that is an unanswered click and a 0 for each
 * other one, or '' for none, then digest, conversation and body of each event. An order has a
 * NUL before its conversation; its id is larger than those of all events before it, and smaller than those of all after it. Returns `fenced`; `gap` and the mark; or `taken`
 * and a letter for each event: `n`ew, `h`ad before, `d`uplicate. Events without a letter found no room. A digest with an `@` after the same one without is
 * new, with a `?` before its body: whether it is a copy depends on the outcome of the other.
 */
export const publishScript: Script = script(`
local call = redis.call
local ev, ctr, ready, own, wait, src = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
call('SETRANGE', ctr, 0, '')
local known = call('HMGET', src, 'token', 'mark')
if known[1] ~= ARGV[1] then return {'fenced'} end
local mark, n = tonumber(known[2]), tonumber(ARGV[2])
if n > mark + 1 then return {'gap', known[2]} end
local time = call('TIME')
local now = time[1] * 1000000 + time[2]
local last = tonumber(call('GET', ctr) or '0')
local room = tonumber(ARGV[3]) - call('HLEN', ev)
local orders, orderRoom = KEYS[11], 0
if orders then
  last = math.max(last, tonumber(call('GET', KEYS[12]) or '0'))
  orderRoom = tonumber(ARGV[3]) - call('HLEN', orders)
end
local bucket = math.floor(now / 600000000)
local digests, before = KEYS[7 + bucket % 3], KEYS[7 + (bucket + 2) % 3]
local seen, busy, names, places, fates, heads, called = {}, {}, {}, {}, {}, {}, false
local bodies, waiting, noted, clicks, late = {}, {}, {}, {}, false
${ALL}
${FIND}
local function twinOf(digest)
  return string.byte(digest) == 64 and string.sub(digest, 2) or '@' .. digest
end
for i = 7, #ARGV, 3 do
  if ARGV[i] ~= '' then
    names[#names + 1] = ARGV[i]
    names[#names + 1] = twinOf(ARGV[i])
  end
  places[#places + 1] = ARGV[i + 1]
end
find(seen, 'SMISMEMBER', digests, names)
find(seen, 'SMISMEMBER', before, names)
find(busy, 'HMGET', own, places)
find(busy, 'ZMSCORE', ready, places)
for i = 7, #ARGV, 3 do
  local digest, conversation = ARGV[i], ARGV[i + 1]
  local order = orders and string.byte(conversation) == 0
  local after = digest ~= '' and seen[twinOf(digest)]
  local twin = after and string.byte(digest) == 64
  if n <= mark then
    fates[#fates + 1] = 'h'
  elseif seen[digest] or (after and not twin) then
    fates[#fates + 1] = 'd'
    mark = n
  elseif (order and orderRoom or room) <= 0 then
    break
  else
    last = math.max(last + 1, now)
    local id, body = string.format('%.0f', last), (twin and '?' or '') .. ARGV[i + 2]
    if order then
      conversation = string.sub(conversation, 2)
      call('HSET', orders, id, body)
      if call('HEXISTS', KEYS[14], conversation) == 1 or call('ZSCORE', KEYS[13], conversation) then
        call('ZADD', KEYS[15], 0, conversation .. '\\0' .. id)
      else
        call('ZADD', KEYS[13], id, conversation)
        called = true
      end
      orderRoom = orderRoom - 1
    else
      bodies[#bodies + 1] = id
      bodies[#bodies + 1] = body
      local unanswered = string.byte(ARGV[6], (i - 4) / 3) == 49
      if unanswered then clicks[#clicks + 1] = conversation .. '\\0' .. id end
      if busy[conversation] then
        late = late or unanswered
        waiting[#waiting + 1] = 0
        waiting[#waiting + 1] = conversation .. '\\0' .. id
      else
        busy[conversation] = true
        heads[#heads + 1] = id
        heads[#heads + 1] = conversation
      end
      room = room - 1
    end
    if digest ~= '' then
      noted[#noted + 1] = digest
      seen[digest] = true
    end
    fates[#fates + 1] = 'n'
    mark = n
  end
  n = n + 1
end
call('SET', ctr, string.format('%.0f', last))
if orders then call('SET', KEYS[12], string.format('%.0f', last)) end
call('HSET', src, 'mark', string.format('%.0f', mark))
all('HSET', ev, bodies)
all('ZADD', ready, heads)
all('ZADD', wait, waiting)
all('SADD', digests, noted)
if #noted > 0 and call('PTTL', digests) < 0 then call('PEXPIRE', digests, 1200000) end
if #clicks > 0 then
  all('RPUSH', KEYS[10], clicks)
  call('LTRIM', KEYS[10], -${MOST_UNANSWERED}, -1)
  call('PEXPIRE', KEYS[10], ${PATIENCE})
end
if #heads > 0 or late then call('PUBLISH', ARGV[4], late and '${LATE}' or '') end
if called then call('PUBLISH', ARGV[5], '') end
return {'taken', table.concat(fates)}
`)

/**
 * Takes over the acknowledgement of clicks that wait: their bodies say so from now on. KEYS: unanswered own ev. A click that a worker has begun is left to that
 * worker. Returns the bodies as they were.
 */
export const claimClicksScript: Script = script(`
local call = redis.call
local unanswered, own, ev = KEYS[1], KEYS[2], KEYS[3]
call('HDEL', ev, '')
local claimed = {}
for _, one in ipairs(call('LRANGE', unanswered, 0, -1)) do
  local conversation, id = string.match(one, '^(.*)%z(%d+)$')
  local owner, body = call('HGET', own, conversation), call('HGET', ev, id)
  if body and not (owner and string.match(owner, '^%d+') == id) then
    call('HSET', ev, id, '${ACKNOWLEDGED}' .. string.sub(body, 2))
    claimed[#claimed + 1] = body
  end
end
call('UNLINK', unanswered)
return claimed
`)

/**
 * Settles events and takes the next ones. KEYS: workers own ready ev wait tries dead clock dd0 dd1 dd2 stops, then the sends of each settled event. ARGV: token, how
 * many to take, channel, ms in place of the clock of the host or '', then conversation, id and outcome (`done`, `back`, `dead`, or `declined` and the digest that is forgotten) of each settled event. Only the owner settles; only a live lease takes.
 * Returns whether the lease lives, the places of settlements that are lost, conversation, id, lives and body of what was taken, and of conversations where something
 * was stopped their places among these and both parts of the mark.
 */
export const workScript: Script = script(`
local call = redis.call
local workers, own, ready, ev, wait, tries, dead = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7]
call('ZREM', workers, '')
local token, lost, freed, gone, ended, left, sends, let, places = ARGV[1], {}, 0, {}, {}, {}, {}, {}, {}
local function unlink(list)
  for i = 1, #list, 500 do call('UNLINK', unpack(list, i, math.min(i + 499, #list))) end
end
${ALL}
for i = 5, #ARGV, 3 do places[#places + 1] = ARGV[i] end
local owners = {}
for first = 1, #places, 500 do
  local last = math.min(first + 499, #places)
  for i, one in ipairs(call('HMGET', own, unpack(places, first, last))) do owners[first + i - 1] = one end
end
-- Mostly nothing waits behind what is handled.
local waits = #places > 0 and call('ZCARD', wait) > 0
for i = 5, #ARGV, 3 do
  local c, id, outcome = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  if gone[c] or owners[(i - 2) / 3] ~= id .. ' ' .. token then
    lost[#lost + 1] = (i - 5) / 3
  else
    gone[c] = true
    left[#left + 1] = c
    if outcome == 'back' then
      call('ZADD', ready, id, c)
      freed = freed + 1
    else
      if outcome == 'dead' then
        call('RPUSH', dead, call('HGET', ev, id) or '')
        call('LTRIM', dead, -1000, -1)
      end
      let[#let + 1] = string.match(outcome, '^declined (.+)$')
      ended[#ended + 1] = id
      sends[#sends + 1] = KEYS[13 + (i - 5) / 3]
      local next = waits and call('ZRANGEBYLEX', wait, '[' .. c .. '\\0', '[' .. c .. '\\0:', 'LIMIT', 0, 1)[1]
      if next then
        call('ZREM', wait, next)
        call('ZADD', ready, string.sub(next, #c + 2), c)
        freed = freed + 1
      end
    end
  end
end
all('HDEL', own, left)
all('HDEL', ev, ended)
all('HDEL', tries, ended)
for i = 9, 11 do all('SREM', KEYS[i], let) end
unlink(sends)
local now = tonumber(ARGV[4])
if not now then
  local time = call('TIME')
  now = time[1] * 1000 + time[2] / 1000
end
now = now + (tonumber(call('HGET', KEYS[8], 'ahead')) or 0)
local live = tonumber(call('ZSCORE', workers, token) or '0') > now
local taken, owned, marks = {}, {}, {}
if live and tonumber(ARGV[2]) > 0 then
  local heads = call('ZPOPMIN', ready, ARGV[2])
  for first = 1, #heads, 500 do
    local ids = {}
    for i = first, math.min(first + 499, #heads), 2 do ids[#ids + 1] = string.format('%.0f', heads[i + 1]) end
    local lives, bodies = call('HMGET', tries, unpack(ids)), call('HMGET', ev, unpack(ids))
    for i, id in ipairs(ids) do
      local c = heads[first + 2 * i - 2]
      owned[#owned + 1] = c
      owned[#owned + 1] = id .. ' ' .. token
      taken[#taken + 1] = c
      taken[#taken + 1] = id
      taken[#taken + 1] = lives[i] or '0'
      taken[#taken + 1] = bodies[i] or ''
    end
  end
  all('HSET', own, owned)
  if #heads > 0 and call('EXISTS', KEYS[12]) == 1 then
    for first = 1, #heads, 500 do
      local names = {}
      for i = first, math.min(first + 499, #heads), 2 do
        names[#names + 1] = heads[i]
        names[#names + 1] = heads[i] .. '\\0'
      end
      local scores = call('ZMSCORE', KEYS[12], unpack(names))
      for i = 1, #scores, 2 do
        if scores[i] then
          marks[#marks + 1] = string.format('%.0f', (first + i - 2) / 2)
          marks[#marks + 1] = scores[i]
          marks[#marks + 1] = scores[i + 1] or ''
        end
      end
    end
  end
end
if freed > #taken / 4 then call('PUBLISH', ARGV[3], '') end
return {live and 1 or 0, lost, taken, marks}
`)

/**
 * Renews a lease, and with \`reap\` frees what dead workers own. KEYS: clock workers own ready tries. ARGV: clock, token, ms, reap (1 or 0), channel.
 * Returns how many workers there are, 0 for a lease that ran out and was reaped; and the time.
 */
export const tickScript: Script = script(`
local call = redis.call
local workers, own, ready, tries = KEYS[2], KEYS[3], KEYS[4], KEYS[5]
call('ZREM', workers, '')
${CLOCK}
local token = ARGV[2]
if not call('ZSCORE', workers, token) then return {0, time} end
call('ZADD', workers, string.format('%.0f', now + ARGV[3]), token)
if ARGV[4] ~= '1' then return {call('ZCARD', workers), time} end
local expired = {}
for _, other in ipairs(call('ZRANGEBYSCORE', workers, '-inf', '(' .. string.format('%.0f', now))) do
  if other ~= token then expired[#expired + 1] = other end
end
if #expired == 0 then return {call('ZCARD', workers), time} end
for _, other in ipairs(expired) do call('ZREM', workers, other) end
local live, woken = {}, false
for _, other in ipairs(call('ZRANGE', workers, 0, -1)) do live[other] = true end
local all = call('HGETALL', own)
for i = 1, #all, 2 do
  local id, owner = string.match(all[i + 1], '^(%d+) (.*)$')
  if not live[owner] then
    call('HDEL', own, all[i])
    call('ZADD', ready, id, all[i])
    call('HINCRBY', tries, id, 1)
    woken = true
  end
end
if woken then call('PUBLISH', ARGV[5], '') end
return {call('ZCARD', workers), time}
`)

/**
 * Gives a process a new token, so that late commands under an earlier one find themselves lost. KEYS: clock workers own ready. ARGV: clock, name of
 * the process, new token (the name, a colon, a number), ms, channel, then conversation and id of each event that it runs. What
 * it runs stays its own, or is taken again while no other process has it; what it owned without running it is freed. Returns how many
 * workers there are, the places of events that are lost, and the time. One that comes late itself, after a
 * later join, changes nothing.
 */
export const joinScript: Script = script(`
local call = redis.call
local workers, own, ready = KEYS[2], KEYS[3], KEYS[4]
call('ZREM', workers, '')
${CLOCK}
local base, token, running, kept, woken = ARGV[2] .. ':', ARGV[3], {}, {}, false
for i = 6, #ARGV, 2 do running[ARGV[i]] = ARGV[i + 1] end
local mine, before = {}, tonumber(string.sub(token, #base + 1)) or 0
for _, other in ipairs(call('ZRANGE', workers, 0, -1)) do
  if string.sub(other, 1, #base) == base then
    mine[#mine + 1] = other
    if (tonumber(string.sub(other, #base + 1)) or 0) > before then
      local all = {}
      for i = 6, #ARGV, 2 do all[#all + 1] = (i - 6) / 2 end
      return {call('ZCARD', workers), all, time}
    end
  end
end
for _, other in ipairs(mine) do call('ZREM', workers, other) end
local all = call('HGETALL', own)
for i = 1, #all, 2 do
  local c = all[i]
  local id, owner = string.match(all[i + 1], '^(%d+) (.*)$')
  if string.sub(owner, 1, #base) == base then
    if running[c] == id then
      call('HSET', own, c, id .. ' ' .. token)
      kept[c] = true
    else
      call('HDEL', own, c)
      call('ZADD', ready, id, c)
      woken = true
    end
  end
end
local lost = {}
for i = 6, #ARGV, 2 do
  local c, id = ARGV[i], ARGV[i + 1]
  if not kept[c] then
    local head = call('ZSCORE', ready, c)
    if head and string.format('%.0f', head) == id then
      call('ZREM', ready, c)
      call('HSET', own, c, id .. ' ' .. token)
    else
      lost[#lost + 1] = (i - 6) / 2
    end
  end
end
call('ZADD', workers, string.format('%.0f', now + ARGV[4]), token)
if woken then call('PUBLISH', ARGV[5], '') end
return {call('ZCARD', workers), lost, time}
`)

/**
 * Writes down a send of an event, for its owner alone. KEYS: own, sends of the event. ARGV: conversation, id and token with a blank between, the
 * run, `1` for the first note of the run, name of the send, the note that the run knows of or '', note or '' for none. Each note begins with
 * its run. Returns `lost`; `known` and names and notes of other runs, with nothing changed; or `kept`.
 */
export const noteScript: Script = script(`
local call = redis.call
local own, sends = KEYS[1], KEYS[2]
call('HDEL', sends, '')
if call('HGET', own, ARGV[1]) ~= ARGV[2] then return {'lost'} end
local run, name, note = ARGV[3], ARGV[5], ARGV[7]
if ARGV[4] == '1' then
  local known = call('HGETALL', sends)
  if #known > 0 and string.sub(known[2], 1, #run) ~= run then return {'known', known} end
end
local known = call('HGET', sends, name)
if known and known ~= ARGV[6] and string.sub(known, 1, #run) ~= run then return {'known', {name, known}} end
if note == '' then call('HDEL', sends, name) else call('HSET', sends, name, note) end
return {'kept'}
`)

/**
 * Opens a source for its numbering; the one that opens last may publish. KEYS: src, and the session that the caller has locked, if it has.
 * ARGV: token, `1` to open again under the same token, the least mark that it has then or '', ms after which it is forgotten or '', and the lock on that session. Returns
 * `fenced` (also where another process has the session), `absent` (nothing is known and no mark was given), or `open` and the mark.
 */
export const openScript: Script = script(`
local call = redis.call
call('HDEL', KEYS[1], '')
local holder = KEYS[2] and call('HGET', KEYS[2], 'token')
if holder and holder ~= ARGV[5] then return {'fenced'} end
local known = call('HMGET', KEYS[1], 'token', 'mark')
if known[1] and ARGV[2] == '1' and known[1] ~= ARGV[1] then return {'fenced'} end
local mark = known[2]
if not mark or (tonumber(ARGV[3]) or 0) > tonumber(mark) then mark = ARGV[3] ~= '' and ARGV[3] or mark end
if not mark then return {'absent'} end
call('HSET', KEYS[1], 'token', ARGV[1], 'mark', mark)
if ARGV[4] ~= '' then call('PEXPIRE', KEYS[1], ARGV[4]) end
return {'open', mark}
`)

/** `owner` and the first of `ids` of a conversation `c`; `addWaiting(from)` adds what waits from an id on ('': all), `eventsOf()` gives ids and bodies. */
const CONVERSATION = `
local ids, owner, head = {}, call('HGET', own, c), call('ZSCORE', ready, c)
if owner then ids[1] = string.match(owner, '^%d+')
elseif head then ids[1] = string.format('%.0f', head) end
local function addWaiting(from)
  for _, entry in ipairs(call('ZRANGEBYLEX', wait, '[' .. c .. '\\0' .. from, '[' .. c .. '\\0:')) do ids[#ids + 1] = string.sub(entry, #c + 2) end
end
local function eventsOf()
  local events = {}
  for first = 1, #ids, 500 do
    for i, body in ipairs(call('HMGET', ev, unpack(ids, first, math.min(first + 499, #ids)))) do
      events[#events + 1] = ids[first + i - 1]
      events[#events + 1] = body or ''
    end
  end
  return events
end
`

/** Reads what is unfinished in a conversation. KEYS: own ready ev wait. ARGV: conversation. Returns ids and bodies, in their order. */
export const unfinishedScript: Script = script(`
local call = redis.call
local own, ready, ev, wait = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
call('ZREM', wait, '')
local c = ARGV[1]
${CONVERSATION}
addWaiting('')
return eventsOf()
`)

/**
 * Marks a conversation: what is older is not begun any more, and what runs there hears of it. KEYS: own ready ev wait tries stops. ARGV: conversation, the id before which it reaches, µs at which it
 * was said or '', `1` where what waits is stopped as well, channel. `stops` has for a conversation the id before which events are stopped, and with a NUL after it the time before which
 * they were said; both are forgotten after a day. Returns the owner or '', whether the first event was begun, the mark of this order or '', and ids and bodies of the first event and, where what waits is stopped, of
 * those that no earlier order has stopped.
 */
export const stopScript: Script = script(`
local call = redis.call
local own, ready, ev, wait, tries, stops = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
call('HDEL', tries, '')
local time, c = call('TIME'), ARGV[1]
call('ZREMRANGEBYSCORE', stops, '-inf', string.format('%.0f', (time[1] - 86400) * 1000000))
${CONVERSATION}
local begun = ids[1] and (owner or call('HEXISTS', tries, ids[1]) == 1)
if ARGV[4] == '1' then
  local earlier = call('ZSCORE', stops, c)
  local from = earlier and string.format('%.0f', earlier) or ''
  if from == ARGV[2] then from = '' end
  addWaiting(from)
end
local mark = ''
if ARGV[4] == '1' then mark = ARGV[2]
elseif begun and tonumber(ids[1]) < tonumber(ARGV[2]) then mark = string.format('%.0f', ids[1] + 1) end
if mark ~= '' then
  local said = ARGV[4] == '1' and ARGV[3] or ''
  call('ZADD', stops, 'GT', mark, c)
  if said ~= '' then call('ZADD', stops, 'GT', said, c .. '\\0') end
  call('PUBLISH', ARGV[5], mark .. ' ' .. said .. ' ' .. c)
end
return {owner or '', begun and 1 or 0, mark, eventsOf()}
`)

/**
 * Reads everything at one moment: a transaction would be refused by a server without memory. KEYS: ev ready own wait tries
 * workers dead. Returns a list for each, those with values flat.
 */
export const snapshotScript: Script = script(`
local call = redis.call
return {
  call('HGETALL', KEYS[1]),
  call('ZRANGE', KEYS[2], 0, -1, 'WITHSCORES'),
  call('HGETALL', KEYS[3]),
  call('ZRANGE', KEYS[4], 0, -1),
  call('HGETALL', KEYS[5]),
  call('ZRANGE', KEYS[6], 0, -1, 'WITHSCORES'),
  call('LRANGE', KEYS[7], 0, -1)
}
`)

/**
 * Reads how much there is. What a worker owns whose lease has run out waits, also where no other worker has noticed. KEYS: workers own ready ev dead clock.
 * ARGV: ms in place of the clock of the host or ''. Returns how many conversations wait and how many are handled, events, live workers, events that were
 * given up, and the first id that waits or ''.
 */
export const statusScript: Script = script(`
local call = redis.call
local workers, own, ready, ev, dead = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local now = tonumber(ARGV[1])
if not now then
  local time = call('TIME')
  now = time[1] * 1000 + time[2] / 1000
end
now = now + (tonumber(call('HGET', KEYS[6], 'ahead')) or 0)
local live, count, leases = {}, 0, call('ZRANGE', workers, 0, -1, 'WITHSCORES')
for i = 1, #leases, 2 do
  if tonumber(leases[i + 1]) > now then
    live[leases[i]] = true
    count = count + 1
  end
end
local waiting, running = call('ZCARD', ready), call('HLEN', own)
local first = tonumber(call('ZRANGE', ready, 0, 0, 'WITHSCORES')[2])
if 2 * count < #leases then
  local all = call('HGETALL', own)
  for i = 2, #all, 2 do
    local id, owner = string.match(all[i], '^(%d+) (.*)$')
    if not live[owner] then
      waiting = waiting + 1
      running = running - 1
      first = math.min(first or tonumber(id), tonumber(id))
    end
  end
end
return {waiting, running, call('HLEN', ev), count, call('LLEN', dead), first and string.format('%.0f', first) or ''}
`)
