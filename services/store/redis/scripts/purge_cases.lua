#!lua flags=allow-oom
-- Deletes cases whose retention ended before a time, oldest first, and all that is kept of them (answers apart: they end by themselves). One that the
-- reconciler still looks at (a step, a hold, a booking) stays.
-- ARGV from 5: ended before (ms), most cases. Payload: number of audit records deleted.
local BEFORE, LIMIT = unpack(ARGV, 5)
local records = 0
for _, id in ipairs(call('ZRANGEBYSCORE', P .. K_CLOSED, '-inf', '(' .. BEFORE, 'LIMIT', 0, LIMIT)) do
  if not call('ZSCORE', P .. K_DUE, id) then
    local case, audit = P .. K_CASE .. id, P .. K_AUDIT .. id
    for booking in string.gmatch(call('HGET', case, 'bookings') or '', '[^\n]+') do call('HDEL', P .. K_CASEBK, booking) end
    records = records + call('LLEN', audit)
    call('DEL', case, audit)
    call('ZREM', P .. K_QUEUE, id)
    call('ZREM', P .. K_CLOSED, id)
  end
end
return '+' .. records
