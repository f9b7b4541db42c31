#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

#include "src/run/flow_worker.h"

namespace sextant::tests {

/// The flow worker of this build: the one that ctest names, or that in ../bin of this test.
inline run::FlowOptions flow_worker() {
  if (std::getenv("SEXTANT_FLOW") != nullptr) return {};
  std::error_code error;
  const auto test = std::filesystem::read_symlink("/proc/self/exe", error);
  return {.worker = test.parent_path().parent_path() / "bin" / "sextant-flow"};
}

inline bool has_flow_worker() { return run::find_flow_worker(flow_worker()).has_value(); }

}  // namespace sextant::tests

/// The first line of a test that starts the worker.
#define SEXTANT_NEEDS_FLOW_WORKER() \
  if (!sextant::tests::has_flow_worker()) GTEST_SKIP() << "sextant-flow was not built (SimGrid)"
