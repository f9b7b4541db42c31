# cmake -DPROGRAM=sextant -DDATA=tests/data -DKNOWN=... -P plan_digest.cmake: a plan's digest is the
# known one at 1, 2 and 5 threads. Every preset runs this, so all of them agree.
file(STRINGS ${KNOWN} known LIMIT_COUNT 1)
foreach(threads 1 2 5)
  execute_process(COMMAND ${PROGRAM} plan ${DATA}/good/small.json --models ${DATA}/models --json
                          --threads ${threads}
                  OUTPUT_VARIABLE document RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${PROGRAM} ended with ${status}")
  endif()
  string(JSON digest GET "${document}" digest)
  if(NOT digest STREQUAL known)
    message(FATAL_ERROR "digest ${digest} at ${threads} threads, expected ${known}. If forecasts "
                        "were meant to change, write the new digest to ${KNOWN} and a line under "
                        "'Changed numbers' in CHANGELOG.md.")
  endif()
endforeach()
