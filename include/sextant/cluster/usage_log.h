#pragma once

#include <vector>

#include "sextant/cluster/usage.h"

namespace sextant {

/// Keeps every interval: for traces and tests. A run of weeks has some ten thousand.
class UsageLog final : public UsageSink {
 public:
  void add(const UsageInterval& interval) override { intervals_.push_back(interval); }
  const std::vector<UsageInterval>& intervals() const { return intervals_; }

 private:
  std::vector<UsageInterval> intervals_;
};

}  // namespace sextant
