import { LONGEST_LEEWAY } from '../decisions/leeway.js'
import { FORGET, LENT, SILENT } from '../decisions/lent-share.js'
import { CLOCK, EXPIRE, script, type Script } from '../queue/scripts.js'

/**
 * Takes a place in sliding windows, all or none. KEYS: clock, members, hold of the target, hold of the class, refused targets, then the log of
 * each window. ARGV: clock, process, its share and when the server said so (or ''), id, from what an attempt counts (`leaving`
 * or `answer`), ms until that at the latest, then requests and ms of each window. Returns ms to wait (0: taken), how many targets were refused in a row, the
 * share of the process, and the time.
 *
 * An attempt that leaves counts from the latest time at which it may. One that waits for its answer counts from a time to come too: its
 * place is not free before, and may be from any moment on.
 * A member is when it called last, the time that it has heard, and the share that it may know of. The shares of all are never more than a
 * part of every limit; those of members that may not have heard for long are kept free for them.
 */
export const takeScript: Script = script(`
local call = redis.call
call('SREM', KEYS[5], '')
${CLOCK}
${EXPIRE}
local me, share, heard, answers, ms = ARGV[2], tonumber(ARGV[3]) or 0, tonumber(ARGV[4]), ARGV[6] == 'answer', tonumber(ARGV[7])
-- The stamps of attempts that count from their answer, in order.
local function stampsOf(key, window)
  local stamps = {}
  for _, entry in ipairs(call('LRANGE', key, 0, -1)) do
    local stamp = tonumber(string.match(entry, '^%S+'))
    if stamp + window <= now then call('LREM', key, 1, entry)
    else stamps[#stamps + 1] = math.min(stamp, now) end
  end
  table.sort(stamps)
  return stamps
end
local members, count, lent, kept, mine = call('HGETALL', KEYS[2]), 1, 0, {}
for i = 1, #members, 2 do
  local called, since, part = string.match(members[i + 1], '^(%S+) (%S+) (%S+)$')
  called, since, part = tonumber(called), tonumber(since), tonumber(part)
  if members[i] == me then mine = {since, part}
  elseif now - called > ${FORGET} then call('HDEL', KEYS[2], members[i])
  else
    count = count + 1
    lent = lent + part
    if at - since > ${SILENT} then kept[#kept + 1] = part end
  end
end
local told = math.max(0, math.min(${LENT} / count, ${LENT} - lent))
told = math.floor(told * 1000000) / 1000000
local since, part = heard or now, math.max(share, told)
-- A call that was overtaken, or that has heard nothing new: it may still be told of the share before.
if mine and (not heard or heard <= mine[1]) then since, part = mine[1], math.max(mine[2], part) end
call('HSET', KEYS[2], me, string.format('%.3f %.3f %.6f', at, since, part))
if at - since > ${SILENT} then kept[#kept + 1] = part end
told = string.format('%.6f', told)
-- What was taken in a doubt that is over has left by now, or may leave a little later. Returns the last stamp.
local function settle(key)
  local early, latest = {}, at + ${LONGEST_LEEWAY}
  for i = -1, -call('LLEN', key), -1 do
    local entry = call('LINDEX', key, i)
    local stamp = tonumber(string.match(entry, '^%S+'))
    if stamp <= latest then
      if #early == 0 then return stamp end
      break
    end
    table.insert(early, 1, entry)
  end
  for _, entry in ipairs(early) do
    call('RPUSH', key, string.format('%.3f', latest) .. ' ' .. string.match(entry, ' (.*)$'))
    call('LREM', key, 1, entry)
  end
  return #early > 0 and latest or 0
end
local wait, stamp = 0, at + ms
for i = 3, 4 do
  local till = call('GET', KEYS[i])
  if till then wait = math.max(wait, string.match(till, '^%S+') - now) end
end
for i = 6, #KEYS do
  local requests, window = tonumber(ARGV[2 * i - 4]), tonumber(ARGV[2 * i - 3])
  -- In order, so that the oldest is the first that is free.
  if not answers then stamp = math.max(stamp, settle(KEYS[i])) end
  local stamps = answers and stampsOf(KEYS[i], window)
  local count, free = stamps and #stamps or call('LLEN', KEYS[i]), requests
  for _, one in ipairs(kept) do free = free - math.floor(requests * one) end
  if count >= free then
    local oldest = stamps and stamps[count - free + 1] or string.match(call('LINDEX', KEYS[i], count - free), '^%S+')
    wait = math.max(wait, oldest + window - now)
  end
end
local refused = call('SCARD', KEYS[5])
-- Less than is printed would read as a place.
if wait > 0 then return {string.format('%.3f', math.max(wait, 0.001)), refused, told, time} end
for i = 6, #KEYS do
  call('RPUSH', KEYS[i], string.format('%.3f', stamp) .. ' ' .. ARGV[5])
  if not answers then call('LTRIM', KEYS[i], -tonumber(ARGV[2 * i - 4]), -1) end
  forget(KEYS[i], ARGV[2 * i - 3] + ms)
end
return {'0', refused, told, time}
`)

/**
 * Ends an attempt. KEYS: clock, then the log of each window. ARGV: clock, id, `back` for one that was not made or `now` for one that counts from now
 * on, then requests and ms of each window. Returns the time.
 */
export const endScript: Script = script(`
local call = redis.call
call('LREM', KEYS[2], 0, '')
${CLOCK}
${EXPIRE}
for i = 2, #KEYS do
  for _, entry in ipairs(call('LRANGE', KEYS[i], 0, -1)) do
    if string.match(entry, ' (.*)$') == ARGV[2] then call('LREM', KEYS[i], 1, entry) end
  end
  if ARGV[3] == 'now' then
    call('RPUSH', KEYS[i], string.format('%.3f', at) .. ' ' .. ARGV[2])
    forget(KEYS[i], ARGV[2 * i + 1])
  end
end
return {time}
`)

/**
 * Holds a target back, and its class after several targets in a row. KEYS: clock, hold of the target, hold of the class, refused
 * targets. ARGV: clock, target, ms of the hold, how many are several. Returns the time.
 */
export const holdScript: Script = script(`
local call = redis.call
call('SREM', KEYS[4], '')
${CLOCK}
${EXPIRE}
local function hold(key)
  local known = call('GET', key)
  if known and tonumber(string.match(known, '^%S+')) >= at + ARGV[3] then return end
  call('SET', key, string.format('%.3f', at + ARGV[3]))
  forget(key, ARGV[3])
end
call('SADD', KEYS[4], ARGV[2])
call('PEXPIRE', KEYS[4], 600000)
hold(KEYS[2])
if ARGV[2] == '' or call('SCARD', KEYS[4]) >= tonumber(ARGV[4]) then hold(KEYS[3]) end
return {time}
`)

/**
 * Takes a place for a channel in its guild. KEYS: clock, messages of the guild. ARGV: clock, id, channel, how many channels, ms. Returns ms to
 * wait (0: taken), and the time. A channel counts for the ms after its last message.
 */
export const enterGuildScript: Script = script(`
local call = redis.call
call('HDEL', KEYS[2], '')
${CLOCK}
${EXPIRE}
local window, count, last = tonumber(ARGV[5]), 0, {}
local all = call('HGETALL', KEYS[2])
for i = 1, #all, 2 do
  local stamp, channel = string.match(all[i + 1], '^(%S+) (.*)$')
  stamp = tonumber(stamp)
  -- What was stamped in a doubt that is over was stamped until now.
  if stamp > at then
    stamp = at
    call('HSET', KEYS[2], all[i], string.format('%.3f', at) .. ' ' .. channel)
  end
  if stamp + window <= now then call('HDEL', KEYS[2], all[i])
  else
    if not last[channel] then count = count + 1 end
    last[channel] = math.max(last[channel] or 0, stamp)
  end
end
if not last[ARGV[3]] and count >= tonumber(ARGV[4]) then
  local stamps = {}
  for _, stamp in pairs(last) do stamps[#stamps + 1] = stamp end
  table.sort(stamps)
  local free = stamps[count - tonumber(ARGV[4]) + 1] or now
  return {string.format('%.3f', math.max(free + window - now, 0.001)), time}
end
call('HSET', KEYS[2], ARGV[2], string.format('%.3f', at) .. ' ' .. ARGV[3])
forget(KEYS[2], window)
return {'0', time}
`)

/**
 * Ends a message to a channel of a guild. KEYS: clock, messages of the guild. ARGV: clock, id, channel, `back` for one that was not
 * accepted or `now` for one that counts from now on, ms. Returns the time.
 */
export const leaveGuildScript: Script = script(`
local call = redis.call
call('HDEL', KEYS[2], '')
${CLOCK}
${EXPIRE}
if ARGV[4] == 'back' then call('HDEL', KEYS[2], ARGV[2])
else
  call('HSET', KEYS[2], ARGV[2], string.format('%.3f', at) .. ' ' .. ARGV[3])
  forget(KEYS[2], tonumber(ARGV[5]))
end
return {time}
`)
