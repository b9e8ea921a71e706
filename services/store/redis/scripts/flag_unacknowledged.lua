#!lua flags=allow-oom
-- One event for each booking that starts by ARGV 5 (ms) and that its practice has not acknowledged; 6 at most how many. '+' how many. Also when memory is
-- full: a regulator must hear of a patient who is not expected, and the log trims itself.
local ids = call('ZRANGEBYSCORE', P .. K_UNACK, '-inf', ARGV[5], 'LIMIT', 0, ARGV[6])
local n = 0
for _, id in ipairs(ids) do
  call('ZREM', P .. K_UNACK, id)
  local b = booking(id)
  if b and b[5] == '2' and b[8] == '' then
    note(id, b, 12)
    n = n + 1
  end
end
return '+' .. n
