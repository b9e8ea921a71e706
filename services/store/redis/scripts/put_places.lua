#!lua
-- Puts places into the directory, each with its event.
-- ARGV from 5: id and PlaceRecord of each.
local kept = answered(K_RQ)
if kept then return kept end
for i = 5, #ARGV, 2 do
  local id, record = ARGV[i], ARGV[i + 1]
  call('HSET', P .. K_PLACES, id, record)
  call('ZADD', P .. K_PLACEIDS, 0, id)
  emit(next_seq(), 13, '', id, '', '', 0, 0, 0, 0, 'put', 'P' .. id .. '\n' .. record)
end
return answer(K_RQ, '+')
