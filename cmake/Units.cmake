# With HEADGATE_TOGETHER the files of a folder are compiled together, sixteen at a time, which takes half the time when all
# are to be compiled. CMake has this too (CMAKE_UNITY_BUILD), but names files by absolute paths, so that ccache would not
# know them again in another clone.

# These stand alone: they have a name for themselves, in an anonymous namespace, that a neighbour has as well, or flags of
# their own.
set(HEADGATE_ALONE
  app/admin_client.cpp app/demo_backend_session.cpp app/healthcheck.cpp app/serve.cpp app/version.cpp
  base/ocsp_response.cpp base/revocation_list.cpp
  config/option_table.cpp config/read_file.cpp config/syntax_error.cpp
  http/response_writer.cpp
  net/ticket_seal.cpp
  observe/metrics_page.cpp
  route/regex_index.cpp
  upstream/probe.cpp
  support/raw_request_framing.cpp support/raw_request_heads.cpp
  system/failing_backends.cpp system/http2_conformance_streams.cpp system/http2_mistakes.cpp
  unit/app/healthcheck_test.cpp
  unit/balance/round_robin_test.cpp unit/balance/two_choices_test.cpp unit/balance/weighted_round_robin_test.cpp
  unit/config/file_watch.cpp unit/config/load.cpp
  unit/http/response_parser_test.cpp
  unit/net/socket_stream_send_test.cpp unit/net/tls_stream_test.cpp
  unit/observe/metrics_page_test.cpp
  unit/state/ledger_test.cpp
  unit/upstream/circuit_breaker_test.cpp unit/upstream/ejection_test.cpp unit/upstream/latency_test.cpp
  unit/upstream/pool_rules_test.cpp unit/upstream/probe_schedule_test.cpp unit/upstream/probe_verdict_test.cpp)

# headgate_units(out name root files...): what is to be compiled for these files, which are below root, a folder that
# they are looked for in.
function(headgate_units out name root)
  set(result)
  set(taken 0)
  foreach(file IN LISTS ARGN)
    file(RELATIVE_PATH path ${root} ${file})
    if(NOT HEADGATE_TOGETHER OR path IN_LIST HEADGATE_ALONE)
      list(APPEND result ${file})
      continue()
    endif()
    math(EXPR number "${taken} / 16")
    math(EXPR taken "${taken} + 1")
    set(unit ${CMAKE_BINARY_DIR}/units/${name}_${number}.cpp)
    string(APPEND content_${number} "#include \"${path}\"\n")
    file(CONFIGURE OUTPUT ${unit} CONTENT "${content_${number}}" @ONLY)
    list(APPEND result ${unit})
  endforeach()
  list(REMOVE_DUPLICATES result)
  set(${out} ${result} PARENT_SCOPE)
endfunction()
