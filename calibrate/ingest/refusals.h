#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sextant::ingest {

/// A row that cannot be used.
struct Refusal {
  std::uint64_t line = 0;
  std::string reason;
};

/// The first kShown refusals for each reason, and how many there are: a log may hold millions.
/// Reasons that differ in numbers only are one.
class Refusals {
 public:
  static constexpr std::size_t kShown = 20;

  void add(std::uint64_t line, std::string_view reason);

  std::uint64_t total() const { return total_; }
  bool empty() const { return total_ == 0; }
  /// By line.
  std::vector<Refusal> shown() const;

  struct Kind {
    std::vector<Refusal> first;
    std::uint64_t total = 0;
  };
  /// Reasons without their numbers.
  const std::map<std::string, Kind>& kinds() const { return kinds_; }

 private:
  static constexpr std::size_t kMostKinds = 50;

  std::map<std::string, Kind> kinds_;
  std::uint64_t total_ = 0;
};

}  // namespace sextant::ingest
