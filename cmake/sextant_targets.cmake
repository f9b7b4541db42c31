# Targets that every room of the house uses: warnings and sanitizers as INTERFACE libraries, and
# one function that declares a room.

add_library(sextant_warnings INTERFACE)
target_compile_options(sextant_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wswitch-enum
  # gcc 12 misreads "literal" + std::string (gcc bug 105651).
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>
  $<$<BOOL:${SEXTANT_WERROR}>:-Werror>)

# The same bits on every machine: no contraction into fused multiply-add, no fast-math.
add_library(sextant_floating_point INTERFACE)
target_compile_options(sextant_floating_point INTERFACE -ffp-contract=off)

# Every finding of a sanitizer ends the program, so that a test cannot pass with one.
add_library(sextant_sanitize INTERFACE)
if(SEXTANT_SANITIZE)
  target_compile_options(sextant_sanitize INTERFACE
    -fsanitize=${SEXTANT_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
    # clang 14 cannot emit this check into coroutines.
    $<$<CXX_COMPILER_ID:Clang>:-fno-sanitize=function>)
  target_link_options(sextant_sanitize INTERFACE -fsanitize=${SEXTANT_SANITIZE})
endif()
if(SEXTANT_COVERAGE)
  set(folders include/ sim/ src/ calibrate/)
  # Threads count together, or counts get lost and even negative.
  target_compile_options(sextant_sanitize INTERFACE --coverage -fprofile-update=atomic)
  target_link_options(sextant_sanitize INTERFACE --coverage)
  list(TRANSFORM folders PREPEND "--filter=${CMAKE_SOURCE_DIR}/" OUTPUT_VARIABLE filters)
  add_custom_target(coverage_report
    COMMAND ${CMAKE_COMMAND} -E make_directory report
    COMMAND gcovr --root ${CMAKE_SOURCE_DIR} ${filters} --gcov-ignore-parse-errors
            --exclude-throw-branches --exclude-unreachable-branches --print-summary
            --html-details report/index.html .
    WORKING_DIRECTORY ${CMAKE_BINARY_DIR} USES_TERMINAL)
endif()

# sextant_room(NAME SOURCES a.cpp ... USES kernel cluster ... LIBRARIES fmt::fmt ...)
# declares library sextant_NAME. USES names the rooms below it: nothing else can be linked, so the
# include direction of the house is also its link direction.
function(sextant_room NAME)
  cmake_parse_arguments(ROOM "" "" "SOURCES;USES;LIBRARIES" ${ARGN})
  if(ROOM_SOURCES)
    add_library(sextant_${NAME} STATIC ${ROOM_SOURCES})
    set(scope PUBLIC)
    target_link_libraries(sextant_${NAME} PRIVATE sextant_warnings)
    # Sanitized, only the simulator is optimised: the rest takes longer to compile than to run. Nor
    # do fuzzers count its branches: theirs are those of the readers.
    if(SEXTANT_SANITIZE MATCHES fuzzer)
      set(how -O0)
      if(CMAKE_CURRENT_SOURCE_DIR MATCHES "^${PROJECT_SOURCE_DIR}/sim/")
        set(how -O2 -fno-sanitize=fuzzer-no-link)
      endif()
      target_compile_options(sextant_${NAME} PRIVATE ${how})
    endif()
  else()
    add_library(sextant_${NAME} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(sextant_${NAME} ${scope} ${PROJECT_SOURCE_DIR}/include
                             ${PROJECT_SOURCE_DIR})
  target_link_libraries(sextant_${NAME} ${scope} sextant_floating_point sextant_sanitize
                        ${ROOM_LIBRARIES})
  foreach(room IN LISTS ROOM_USES)
    target_link_libraries(sextant_${NAME} ${scope} sextant_${room})
  endforeach()
endfunction()
