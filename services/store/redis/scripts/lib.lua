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
