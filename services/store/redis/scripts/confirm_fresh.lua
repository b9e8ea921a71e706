#!lua
-- The source still offers these slots. ARGV from 5: slots. '+' the unknown or withdrawn ones, on a line each.
local before = answered(K_RQ)
if before then return before end
local unknown = {}
for i = 5, #ARGV do
  local key = P .. K_SLOT .. ARGV[i]
  local s = call('HMGET', key, 'rem', 'rev', 'st', 'place')
  if s[3] == '0' then
    local seq = next_seq()
    call('HSET', key, 'fresh', NOW, 'seq', seq)
    emit(seq, 3, ARGV[i], s[4], '', '', s[1], s[2], '0', NOW)
  else
    unknown[#unknown + 1] = ARGV[i]
  end
end
return answer(K_RQ, '+' .. table.concat(unknown, '\n'))
