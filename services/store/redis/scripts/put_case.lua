#!lua
-- Runs under a second name with flags=allow-oom (script.cc): CaseChange::even_when_full.
-- Changes a case if nobody changed it since it was read, with its place in the queue, its due time, its audit record, its event and the kept answer.
-- ARGV from 5: id, revision expected (0: none yet), record, order of the queue or '', due (ms) or '', closed (ms) or '', audit record or '', event or '',
-- full name of its booking or '', answer or '', longest audit. Payload: what this request was answered before, or nothing.
local ID, EXPECTED, RECORD, ORDER, DUE, CLOSED, AUDIT, EVENT, BOOKING, ANSWER, AUDIT_LENGTH = unpack(ARGV, 5)
local kept = answered(K_CRQ)
if kept then return kept end

local case = P .. K_CASE .. ID
local rev = call('HGET', case, 'rev')
if EXPECTED == '0' then
  if rev then return '-ALREADY_EXISTS\nthere is already a case of this id' end
elseif not rev then
  return '-NOT_FOUND\nno such case'
elseif rev ~= EXPECTED then
  return '-REVISION_MISMATCH\nthe case changed in the meantime'
end

local function place(part, score)
  if score == '' then call('ZREM', P .. part, ID) else call('ZADD', P .. part, score, ID) end
end
call('HSET', case, 'rev', string.format('%.0f', tonumber(EXPECTED) + 1), 'record', RECORD)
place(K_QUEUE, ORDER)
place(K_DUE, DUE)
place(K_CLOSED, CLOSED)
if BOOKING ~= '' and call('HSET', P .. K_CASEBK, BOOKING, ID) == 1 then
  -- In the case too, so that a purge finds what to remove.
  local had = call('HGET', case, 'bookings')
  call('HSET', case, 'bookings', had and (had .. '\n' .. BOOKING) or BOOKING)
end
if AUDIT ~= '' then
  call('RPUSH', P .. K_AUDIT .. ID, AUDIT)
  call('LTRIM', P .. K_AUDIT .. ID, -tonumber(AUDIT_LENGTH), -1)
end
if EVENT ~= '' then
  -- A new log starts at the time it is made, so that no cursor into lost data fits it; its first entry says that nothing was before.
  local first = call('SET', P .. K_CSEQ, NOW, 'NX')
  local seq = string.format('%.0f-0', call('INCR', P .. K_CSEQ))
  if first then
    call('XADD', P .. K_CLOG, seq, 'case', ID, 'event', EVENT, 'first', '1')
  else
    call('XADD', P .. K_CLOG, 'MAXLEN', '~', ARGV[2], seq, 'case', ID, 'event', EVENT)
  end
end
if ANSWER ~= '' then answer(K_CRQ, '+' .. ANSWER) end
return '+'
