#!lua flags=allow-oom
-- Takes a slot away from new patients. ARGV 5 slot. '+' rev, seq, rem, over, fresh, ids of its bookings (commas), on a line each, then def.
-- Its counts go on behind the state, so that publishing it again finds them right. Again by another request: as it is, no event.
local before = answered(K_RQ)
if before then return before end
local slot = ARGV[5]
local key = P .. K_SLOT .. slot
local s = call('HMGET', key, 'def', 'rev', 'seq', 'over', 'st', 'place', 'fresh')
if not s[1] then return '-NOT_FOUND\nno such slot' end
local ids = waiting(slot)
if s[5] == '0' then
  s[3] = next_seq()
  call('HSET', key, 'st', '1', 'seq', s[3])
  for _, b in ipairs(ids) do call('HSET', P .. K_BK .. b, 'chg', '1') end
  emit(s[3], 2, slot, s[6], '', '', 0, s[2], '1', s[7])
end
return answer(K_RQ, '+' .. s[2] .. '\n' .. s[3] .. '\n0\n' .. s[4] .. '\n' .. s[7] .. '\n' .. table.concat(ids, ',') .. '\n' .. s[1])
