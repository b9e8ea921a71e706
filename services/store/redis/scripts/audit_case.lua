#!lua
-- Appends an audit record to a case without changing it, and keeps the answer.
-- ARGV from 5: id, audit record or '', answer or '', longest audit. Payload: what this request was answered before, or nothing.
local ID, AUDIT, ANSWER, AUDIT_LENGTH = unpack(ARGV, 5)
local kept = answered(K_CRQ)
if kept then return kept end
if call('EXISTS', P .. K_CASE .. ID) == 0 then return '-NOT_FOUND\nno such case' end
if AUDIT ~= '' then
  if call('LLEN', P .. K_AUDIT .. ID) >= tonumber(AUDIT_LENGTH) then return '-OVERLOADED\ntoo many decisions recorded for this case' end
  call('RPUSH', P .. K_AUDIT .. ID, AUDIT)
end
if ANSWER ~= '' then answer(K_CRQ, '+' .. ANSWER) end
return '+'
