-- Shared prelude of every step; the parts of keys (K_...) come before it. Keys and arguments only; never a clock, never randomness.
--
-- KEYS[1] root of the department's keys. ARGV of every changing step: 1 now (ms), 2 how many events the log keeps, 3 request id ('' for none),
-- 4 fingerprint; its own from 5 on. Answer: '+' and what was done, or '-' REASON, newline, message (nothing was changed then). See PayloadOf in script.h.
local P, NOW, REQ, FP = KEYS[1], ARGV[1], ARGV[3], ARGV[4]
local call = redis.call

-- What this request got before: '+...' its answer, '>...' it is under way (holds over several departments), '-...' another body. nil: never seen.
local function answered(part)
  if REQ == '' then return nil end
  local m = call('GET', P .. part .. REQ)
  if not m then return nil end
  local n = #FP
  if string.sub(m, 1, n + 1) ~= FP .. '\n' then return '-REQUEST_ID_REUSED\nrequest_id was used before with another body' end
  return string.sub(m, n + 2)
end

-- Keeps the answer for retries, 24 h.
local function answer(part, a)
  if REQ ~= '' then call('SET', P .. part .. REQ, FP .. '\n' .. a, 'PX', 86400000) end
  return a
end

local function next_seq()
  local seq = call('INCR', P .. K_SEQ)
  if seq == 1 then call('SET', P .. K_EPOCH, REQ .. '@' .. NOW, 'NX') end
  return seq
end

-- One event; fields as event_codec.h. `extra`, `value`: one more field, or nil.
local function emit(seq, kind, slot, place, booking, case, rem, rev, st, fresh, extra, value)
  if extra then
    call('XADD', P .. K_LOG, 'MAXLEN', '~', ARGV[2], seq .. '-0', 'kind', kind, 'slot', slot, 'place', place, 'booking', booking, 'case', case, 'rem', rem,
         'rev', rev, 'st', st, 'fresh', fresh, 't', NOW, extra, value)
  else
    call('XADD', P .. K_LOG, 'MAXLEN', '~', ARGV[2], seq .. '-0', 'kind', kind, 'slot', slot, 'place', place, 'booking', booking, 'case', case, 'rem', rem,
         'rev', rev, 'st', st, 'fresh', fresh, 't', NOW)
  end
end

-- A booking's fields in the order of its line (slot_codec.h): 1 slot, 2 place, 3 case, 4 ref, 5 st, 6 dl, 7 t, 8 ack, 9 by, 10 over, 11 chg, 12 start,
-- 13 motive. nil: no such booking.
local function booking(id)
  local b = call('HMGET', P .. K_BK .. id, 'slot', 'place', 'case', 'ref', 'st', 'dl', 't', 'ack', 'by', 'over', 'chg', 'start', 'motive')
  if b[1] then return b end
end

local function line(id, b) return id .. '\n' .. table.concat(b, '\n') end

local NO_BOOKING = '-NOT_FOUND\nno such booking'
-- `more`: another line of metadata, or nil.
local function wrong_state(b, message, more)
  return '-BOOKING_STATE\n' .. message .. '\nstate=' .. b[5] .. (more and '\n' .. more or '')
end

-- Makes booking `id` in `slot`, of which `s` is {place, start}; st '1' held until dl, '2' booked. Returns its line. The reference is the proposed one,
-- or the next that is free.
local function make_booking(id, slot, s, st, dl, case, motive, ref, over)
  local letters = '23456789ABCDEFGHJKMNPQRSTUVWXYZ'
  while call('HSETNX', P .. K_REFS, ref, id) == 0 do
    local next, carry = '', true
    for i = #ref, 1, -1 do
      local c = string.sub(ref, i, i)
      if carry then
        local at = string.find(letters, c, 1, true) or 0
        carry = at == #letters
        at = carry and 1 or at + 1
        c = string.sub(letters, at, at)
      end
      next = c .. next
    end
    ref = next
  end
  call('HSET', P .. K_BK .. id, 'slot', slot, 'place', s[1], 'case', case, 'ref', ref, 'st', st, 'dl', dl, 't', NOW, 'ack', '', 'by', '0', 'over', over,
       'chg', '0', 'start', s[2], 'motive', motive)
  if st == '1' then
    call('ZADD', P .. K_HOLDS, dl, id)
  else
    call('ZADD', P .. K_UNACK, s[2], id)
  end
  return id .. '\n' .. slot .. '\n' .. s[1] .. '\n' .. case .. '\n' .. ref .. '\n' .. st .. '\n' .. dl .. '\n' .. NOW .. '\n\n0\n' .. over .. '\n0\n' ..
           s[2] .. '\n' .. motive
end

-- Ends booking `id` (fields b) in state st and gives its place back: over-bookings shrink first, so that rem = max(0, cap - live) and
-- over = max(0, live - cap) always.
local function give_back(id, b, st, by, kind)
  local key = P .. K_SLOT .. b[1]
  local s = call('HMGET', key, 'rem', 'over', 'cap', 'rev', 'st', 'fresh')
  local rem, over, cap = tonumber(s[1]), tonumber(s[2]), tonumber(s[3])
  if over > 0 then
    over = over - 1
  elseif rem < cap then
    rem = rem + 1
  end
  local seq = next_seq()
  call('HSET', key, 'rem', rem, 'over', over, 'seq', seq)
  call('HDEL', key, 'b:' .. id)
  call('SADD', P .. K_ENDED .. b[1], id)
  call('HSET', P .. K_BK .. id, 'st', st, 'by', by, 'dl', '')
  call('ZREM', P .. K_HOLDS, id)
  call('ZREM', P .. K_UNACK, id)
  call('HDEL', P .. K_REFS, b[4])
  b[5], b[6], b[9] = st, '', by
  -- A withdrawn slot takes nobody more, whatever is left of it.
  emit(seq, kind, b[1], b[2], id, b[3], s[5] == '1' and 0 or rem, s[4], s[5], s[6])
end

-- An event about a booking that keeps its place; also moves the slot's sequence on.
local function note(id, b, kind)
  local key = P .. K_SLOT .. b[1]
  local s = call('HMGET', key, 'rem', 'rev', 'st', 'fresh')
  local seq = next_seq()
  call('HSET', key, 'seq', seq, 'b:' .. id, b[5])
  emit(seq, kind, b[1], b[2], id, b[3], s[3] == '1' and 0 or s[1], s[2], s[3], s[4])
end

-- Ids of the holds and bookings of a slot that still wait for their patient.
local function waiting(slot)
  local all, ids = call('HGETALL', P .. K_SLOT .. slot), {}
  for i = 1, #all, 2 do
    if string.sub(all[i], 1, 2) == 'b:' and (all[i + 1] == '1' or all[i + 1] == '2') then ids[#ids + 1] = string.sub(all[i], 3) end
  end
  table.sort(ids)
  return ids
end
