#!lua
-- Puts practitioners into the directory, each with its event.
-- ARGV from 5: RPPS and PractitionerRecord of each.
local kept = answered(K_RQ)
if kept then return kept end
for i = 5, #ARGV, 2 do
  local rpps, record = ARGV[i], ARGV[i + 1]
  call('HSET', P .. K_PRACTITIONERS, rpps, record)
  emit(next_seq(), 13, '', '', '', '', 0, 0, 0, 0, 'put', 'R' .. rpps .. '\n' .. record)
end
return answer(K_RQ, '+')
