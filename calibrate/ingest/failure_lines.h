#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sextant::ingest {

/// Finds the line at which a run has failed, to be told where a log holds no table.
class FailureLines {
 public:
  void read(std::string_view line, std::uint64_t number);
  /// "line 12: Test NCCL failure …"; empty if nothing looks like a failure.
  std::string text() const;

 private:
  struct Found {
    std::uint64_t line = 0;
    std::string text;
  };

  Found failure_;
  Found complaint_;  ///< what runs often survive
};

}  // namespace sextant::ingest
