#!lua
-- What became of the patient. ARGV 5 booking id, 6 state: 6 seen, 7 no-show, 7 how long before its start that can be said (ms). '+' line of the booking.
-- One may be corrected into the other; the same again: as it is, no event. The place stays taken.
local before = answered(K_RQ)
if before then return before end
local id, st = ARGV[5], ARGV[6]
local b = booking(id)
if not b then return NO_BOOKING end
if b[5] ~= '2' and b[5] ~= '6' and b[5] ~= '7' then return wrong_state(b, 'only a booking has an outcome') end
if tonumber(NOW) < tonumber(b[12]) - tonumber(ARGV[7]) then return wrong_state(b, 'too early: the slot has not started', 'start=' .. b[12]) end
if b[5] ~= st then
  b[5] = st
  call('HSET', P .. K_BK .. id, 'st', st)
  call('ZREM', P .. K_UNACK, id)
  call('HDEL', P .. K_REFS, b[4])
  note(id, b, st == '6' and 10 or 11)
end
return answer(K_RQ, '+' .. line(id, b))
