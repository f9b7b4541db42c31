#include "sextant/kernel/assert.h"

#include <cstdio>
#include <cstdlib>

namespace sextant {

void assertion_failed(const char* file, int line, const char* condition,
                      const std::string& message) {
  std::fprintf(stderr, "sextant: internal error at %s:%d: %s\n  expected: %s\n", file, line,
               message.c_str(), condition);
  std::abort();
}

}  // namespace sextant
