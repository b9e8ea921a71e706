#!lua
-- The practice has seen the booking. ARGV 5 booking id. '+' line of the booking. Again by another request: as it is, no event.
local before = answered(K_RQ)
if before then return before end
local id = ARGV[5]
local b = booking(id)
if not b then return NO_BOOKING end
if b[5] ~= '2' then return wrong_state(b, 'only a booking that waits for its patient can be acknowledged') end
if b[8] == '' then
  b[8] = NOW
  call('HSET', P .. K_BK .. id, 'ack', NOW)
  call('ZREM', P .. K_UNACK, id)
  note(id, b, 9)
end
return answer(K_RQ, '+' .. line(id, b))
