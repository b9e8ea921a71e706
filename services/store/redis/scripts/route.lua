#!lua
-- The home marker of a hold over several departments. ARGV 5: 'begin' keeps what is there, 'set' replaces "under way" only, 'clear'
-- deletes "under way"; 6 what to write: '>' and the run under way, or the final answer. Returns what is there afterwards; '+' when cleared.
local before = answered(K_RQ)
local how = ARGV[5]
if before then
  local first = string.sub(before, 1, 1)
  if first == '-' then return before end
  if how == 'begin' or first == '+' then return before end
end
if how == 'clear' then
  call('DEL', P .. K_RQ .. REQ)
  return '+'
end
return answer(K_RQ, ARGV[6])
