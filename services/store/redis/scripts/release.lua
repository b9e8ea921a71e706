#!lua flags=allow-oom
-- Gives a hold back. ARGV 5 booking id. '+' line of the booking. Also when memory is full: a place must never stay taken for want of it.
local before = answered(K_RQ)
if before then return before end
local id = ARGV[5]
local b = booking(id)
if not b then return NO_BOOKING end
if b[5] == '4' then return '-HOLD_EXPIRED\nthe deadline of the hold has passed' end
if b[5] ~= '1' then return wrong_state(b, 'only a hold can be released') end
give_back(id, b, '3', '0', 6)
return answer(K_RQ, '+' .. line(id, b))
