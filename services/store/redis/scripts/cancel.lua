#!lua flags=allow-oom
-- Cancels a booking. ARGV 5 booking id, 6 by whom. '+' line of the booking. Also when memory is full: a patient re-qualified R1/R2 must not wait.
local before = answered(K_RQ)
if before then return before end
local id = ARGV[5]
local b = booking(id)
if not b then return NO_BOOKING end
if b[5] ~= '2' then return wrong_state(b, 'only a booking that waits for its patient can be cancelled') end
give_back(id, b, '5', ARGV[6], 8)
return answer(K_RQ, '+' .. line(id, b))
