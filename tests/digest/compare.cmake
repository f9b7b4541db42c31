# cmake -DPROGRAM=... -DKNOWN=... -P compare.cmake: the program's output is the file, to the byte.
execute_process(COMMAND ${PROGRAM} OUTPUT_VARIABLE output RESULT_VARIABLE status)
file(READ ${KNOWN} known)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${PROGRAM} ended with ${status}")
endif()
if(NOT output STREQUAL known)
  message(FATAL_ERROR "expected (${KNOWN}):\n${known}\ngot:\n${output}")
endif()
