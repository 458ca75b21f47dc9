-- wrk: eight GETs in one write, so that the load generator costs little and the proxy is what limits.
local batch

init = function()
  local requests = {}
  for i = 1, 8 do
    requests[i] = wrk.format()
  end
  batch = table.concat(requests)
end

request = function()
  return batch
end
