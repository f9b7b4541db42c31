# Writes OUTPUT, the definition of src/plan/build_info.h, at every build, and leaves it alone when
# nothing has changed. Run as:
#   cmake -D SOURCE= -D OUTPUT= -D VERSION= -D COMPILER= -D BUILD_TYPE= -P write_build_info.cmake
set(code CMakeLists.txt cmake include sim src calibrate reports/dist)
execute_process(COMMAND git -C ${SOURCE} rev-parse --short=12 HEAD
                OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET
                RESULT_VARIABLE no_git)
set(modified false)
if(no_git)
  set(commit unknown)
else()
  execute_process(COMMAND git -C ${SOURCE} status --porcelain -- ${code}
                  OUTPUT_VARIABLE changes ERROR_QUIET)
  if(changes)
    set(modified true)
  endif()
endif()

file(CONFIGURE OUTPUT ${OUTPUT} CONTENT [[
#include "src/plan/build_info.h"

namespace sextant::plan {

const BuildInfo& build_info() {
  static constexpr BuildInfo kInfo{"@VERSION@", "@commit@", @modified@, "@COMPILER@",
                                   "@BUILD_TYPE@"};
  return kInfo;
}

}  // namespace sextant::plan
]] @ONLY)
