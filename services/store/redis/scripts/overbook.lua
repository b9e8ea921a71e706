#!lua
-- One patient more than the slot has places, because its practice agreed. ARGV 5 slot, 6 booking id, 7 case, 8 motive, 9 reference. '+' line of the booking.
local before = answered(K_RQ)
if before then return before end
local slot, id = ARGV[5], ARGV[6]
local key = P .. K_SLOT .. slot
local s = call('HMGET', key, 'place', 'start', 'rev', 'rem', 'st', 'till', 'fresh', 'over')
if not s[1] then return '-NOT_FOUND\nno such slot' end
if s[5] ~= '0' or tonumber(s[6]) <= tonumber(NOW) then return '-SLOT_CLOSED\nthe slot is withdrawn or over' end
if s[4] ~= '0' then return '-BOOKING_STATE\nthe slot still has a place: book it' end
local seq = next_seq()
call('HSET', key, 'over', s[8] + 1, 'seq', seq, 'b:' .. id, '2')
local booked = make_booking(id, slot, s, '2', '', ARGV[7], ARGV[8], ARGV[9], '1')
emit(seq, 5, slot, s[1], id, ARGV[7], 0, s[3], '0', s[7])
return answer(K_RQ, '+' .. booked)
