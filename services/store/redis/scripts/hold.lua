#!lua
-- Takes a place in the first candidate that is open, free, not over and at the revision that was seen. The hot path: as few calls as can be.
-- ARGV 5 'resume': a marker that says "under way" is ours to finish; 6 booking id; 7 deadline of the hold (ms), '' to book at once; 8 case; 9 motive;
-- 10 reference; 11 index of the first candidate; then slot, revision of each.
-- '+' index, newline, line of the booking; '-SLOT_TAKEN'; or '>' and where the request is under way.
local before = answered(K_RQ)
if before and not (ARGV[5] == 'resume' and string.sub(before, 1, 1) == '>') then return before end
local now = tonumber(NOW)
for i = 12, #ARGV, 2 do
  local slot = ARGV[i]
  local key = P .. K_SLOT .. slot
  local s = call('HMGET', key, 'place', 'start', 'rev', 'rem', 'st', 'till', 'fresh')
  if s[3] == ARGV[i + 1] and s[4] ~= '0' and s[5] == '0' and tonumber(s[6]) > now then
    local id, dl = ARGV[6], ARGV[7]
    local st = dl == '' and '2' or '1'
    local rem = string.format('%d', s[4] - 1)
    local seq = next_seq()
    call('HSET', key, 'rem', rem, 'seq', seq, 'b:' .. id, st)
    local booked = make_booking(id, slot, s, st, dl, ARGV[8], ARGV[9], ARGV[10], '0')
    emit(seq, st == '1' and '4' or '5', slot, s[1], id, ARGV[8], rem, s[3], '0', s[7])
    return answer(K_RQ, '+' .. string.format('%d', (i - 12) / 2 + ARGV[11]) .. '\n' .. booked)
  end
end
return '-SLOT_TAKEN\nno candidate is free at its revision'
