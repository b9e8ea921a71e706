#!lua
-- Publishes slots, each for itself. ARGV 5 '1': keep bookings through a change; 6 '*', or the places that the publisher acts for, each between newlines: it
-- neither adds to another's place nor takes a slot away from it; then per slot: id, def, start, end, till, modality, place, capacity.
-- '+' and, per slot, separated by \30: '+' rev, seq, rem, over, fresh, ids of the bookings concerned (commas), on a line each; or '-' REASON ...
local before = answered(K_RQ)
if before then return before end
local known = {}
local NOT_YOURS = '-NOT_YOURS\na practice acts on its own places only'
local function others(place) return ARGV[6] ~= '*' and not string.find(ARGV[6], '\n' .. place .. '\n', 1, true) end

local function publish(id, def, start, stop, till, modality, place, cap)
  if others(place) then return NOT_YOURS end
  if known[place] == nil then known[place] = call('HEXISTS', P .. K_PLACES, place) == 1 end
  if not known[place] then return '-NOT_FOUND\nno such place' end
  local key = P .. K_SLOT .. id
  local s = call('HMGET', key, 'def', 'rev', 'cap', 'rem', 'over', 'st', 'start', 'end', 'mod', 'place')
  local rev, rem, over, ids = 1, tonumber(cap), 0, {}
  if s[1] then
    if others(s[10]) then return NOT_YOURS end
    rev, rem, over = tonumber(s[2]), tonumber(s[4]), tonumber(s[5])
    if s[1] == def and s[6] == '0' then
      local seq = next_seq()
      call('HSET', key, 'fresh', NOW, 'seq', seq)
      emit(seq, 3, id, place, '', '', rem, rev, '0', NOW)
      return '+' .. rev .. '\n' .. seq .. '\n' .. rem .. '\n' .. over .. '\n' .. NOW .. '\n'
    end
    local live = s[3] - rem + over
    if live > 0 and (s[7] ~= start or s[8] ~= stop or s[9] ~= modality or s[10] ~= place or tonumber(cap) < live) then
      ids = waiting(id)
      if ARGV[5] ~= '1' then
        return '-SLOT_HAS_BOOKINGS\nthe slot has bookings that the change concerns\nbookings=' .. table.concat(ids, ',')
      end
      for _, b in ipairs(ids) do
        call('HSET', P .. K_BK .. b, 'chg', '1', 'start', start, 'place', place)
        -- Also one that was flagged already: of the new time its practice has to be told again.
        local wait = call('HMGET', P .. K_BK .. b, 'st', 'ack')
        if wait[1] == '2' and wait[2] == '' then call('ZADD', P .. K_UNACK, start, b) end
      end
    end
    rem, over = math.max(0, cap - live), math.max(0, live - cap)
    if s[1] ~= def then rev = rev + 1 end
    if s[10] ~= place then call('ZREM', P .. K_PSLOTS .. s[10], id) end
  end
  local seq = next_seq()
  call('HSET', key, 'def', def, 'rev', rev, 'seq', seq, 'cap', cap, 'rem', rem, 'over', over, 'st', '0', 'start', start, 'end', stop, 'till', till, 'mod',
       modality, 'place', place, 'fresh', NOW)
  call('ZADD', P .. K_SLOTS, start, id)
  call('ZADD', P .. K_PSLOTS .. place, start, id)
  emit(seq, 1, id, place, '', '', rem, rev, '0', NOW, 'def', def)
  return '+' .. rev .. '\n' .. seq .. '\n' .. rem .. '\n' .. over .. '\n' .. NOW .. '\n' .. table.concat(ids, ',')
end

local results = {}
for i = 7, #ARGV, 8 do
  results[#results + 1] = publish(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4], ARGV[i + 5], ARGV[i + 6], ARGV[i + 7])
end
return answer(K_RQ, '+' .. table.concat(results, '\30'))
