#!lua
-- A hold becomes a booking. ARGV 5 booking id. '+' line of the booking.
local before = answered(K_RQ)
if before then return before end
local id = ARGV[5]
local b = booking(id)
if not b then return NO_BOOKING end
if b[5] == '4' or (b[5] == '1' and tonumber(b[6]) <= tonumber(NOW)) then return '-HOLD_EXPIRED\nthe deadline of the hold has passed' end
if b[5] ~= '1' then return wrong_state(b, 'only a hold can be confirmed') end
b[5], b[6] = '2', ''
call('HSET', P .. K_BK .. id, 'st', '2', 'dl', '')
call('ZREM', P .. K_HOLDS, id)
call('ZADD', P .. K_UNACK, b[12], id)
note(id, b, 5)
return answer(K_RQ, '+' .. line(id, b))
