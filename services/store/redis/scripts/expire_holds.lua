#!lua flags=allow-oom
-- Ends holds whose deadline has come. ARGV 5 at most how many. '+' how many.
local ids = call('ZRANGEBYSCORE', P .. K_HOLDS, '-inf', NOW, 'LIMIT', 0, ARGV[5])
for _, id in ipairs(ids) do
  local b = booking(id)
  if b and b[5] == '1' then
    give_back(id, b, '4', '0', 7)
  else
    call('ZREM', P .. K_HOLDS, id)
  end
end
return '+' .. #ids
