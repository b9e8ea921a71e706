#!lua flags=allow-oom
-- Forgets slots that ended before ARGV 5 (ms) with all their bookings; 6 at most how many are looked at, 7 how many to skip. '+' how many were forgotten, newline, how many
-- were looked at. A slot with a hold that was not swept yet stays.
local ids = call('ZRANGEBYSCORE', P .. K_SLOTS, '-inf', '(' .. ARGV[5], 'LIMIT', ARGV[7], ARGV[6])
local n = 0
for _, slot in ipairs(ids) do
  local key = P .. K_SLOT .. slot
  local s = call('HMGET', key, 'end', 'place')
  if not s[1] then
    call('ZREM', P .. K_SLOTS, slot)
  elseif tonumber(s[1]) < tonumber(ARGV[5]) then
    local all, live, held = call('HGETALL', key), {}, false
    for i = 1, #all, 2 do
      if string.sub(all[i], 1, 2) == 'b:' then
        live[#live + 1] = string.sub(all[i], 3)
        held = held or all[i + 1] == '1'
      end
    end
    if not held then
      for _, id in ipairs(live) do
        local b = booking(id)
        if b and b[5] == '2' then call('HDEL', P .. K_REFS, b[4]) end
        call('ZREM', P .. K_UNACK, id)
        call('DEL', P .. K_BK .. id)
      end
      for _, id in ipairs(call('SMEMBERS', P .. K_ENDED .. slot)) do call('DEL', P .. K_BK .. id) end
      call('DEL', key, P .. K_ENDED .. slot)
      call('ZREM', P .. K_SLOTS, slot)
      call('ZREM', P .. K_PSLOTS .. s[2], slot)
      n = n + 1
    end
  end
end
return '+' .. n .. '\n' .. #ids
