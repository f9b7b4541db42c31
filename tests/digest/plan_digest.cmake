# cmake -DPROGRAM=sextant -DDATA=tests/data -DKNOWN=... -P plan_digest.cmake: a plan's digest is the
# known one at 1, 2 and 5 threads. Every preset runs this, so all of them agree. A line of KNOWN is
# the name of a scenario and its digest.
file(STRINGS ${KNOWN} lines)
foreach(line IN LISTS lines)
  string(REPLACE " " ";" fields ${line})
  list(GET fields 0 scenario)
  list(GET fields 1 known)
  foreach(threads 1 2 5)
    execute_process(COMMAND ${PROGRAM} plan ${DATA}/good/${scenario} --models ${DATA}/models --json
                            --threads ${threads}
                    OUTPUT_VARIABLE document RESULT_VARIABLE status)
    if(NOT status EQUAL 0)
      message(FATAL_ERROR "${PROGRAM} ended with ${status}")
    endif()
    string(JSON digest GET "${document}" digest)
    if(NOT digest STREQUAL known)
      message(FATAL_ERROR "${scenario}: digest ${digest} at ${threads} threads, expected ${known}. "
                          "If forecasts were meant to change, write the new digest to ${KNOWN} and "
                          "a line under 'Changed numbers' in CHANGELOG.md.")
    endif()
  endforeach()
endforeach()
