#include "calibrate/ingest/bus_factor.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <string>
#include <vector>

namespace sextant::ingest {
namespace {

/// What stands before (n-1)/n; 0 where the factor does not depend on n.
double factor_limit(Operation operation) {
  if (operation == Operation::kAllReduce) return 2;
  return size_is_of_all_ranks(operation) ? 1 : 0;
}

using Name = std::pair<std::string_view, Operation>;

/// Names without what separates their words. A name comes before those that it contains.
constexpr std::array kNames{Name{"reducescatter", Operation::kReduceScatter},
                            Name{"allreduce", Operation::kAllReduce},
                            Name{"allgather", Operation::kAllGather},
                            Name{"alltoall", Operation::kAllToAll},
                            Name{"broadcast", Operation::kBroadcast},
                            Name{"bcast", Operation::kBroadcast},
                            Name{"sendrecv", Operation::kSendRecv},
                            Name{"reduce", Operation::kReduce},
                            Name{"gather", Operation::kGather},
                            Name{"scatter", Operation::kScatter}};

/// Those of nccom-test, too short to be looked for within words.
constexpr std::array kShortNames{Name{"allr", Operation::kAllReduce},
                                 Name{"allg", Operation::kAllGather},
                                 Name{"redsct", Operation::kReduceScatter}};

/// all_to_all_v and all_gather_v move another size on every rank.
bool is_variable_size(std::string_view rest) { return rest == "v" || rest.starts_with("vperf"); }

/// Lower case, without what separates words.
std::string joined(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '_' || c == '-' || c == ' ') continue;
    result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return result;
}

}  // namespace

bool size_is_of_all_ranks(Operation operation) {
  return operation == Operation::kAllGather || operation == Operation::kReduceScatter ||
         operation == Operation::kAllToAll || operation == Operation::kGather ||
         operation == Operation::kScatter;
}

bool factor_tells_ranks(Operation operation) { return factor_limit(operation) > 0; }

double bus_factor(Operation operation, double ranks) {
  if (ranks < 1) return 0;
  if (factor_tells_ranks(operation)) return factor_limit(operation) * (ranks - 1) / ranks;
  const bool counts = operation == Operation::kBroadcast || operation == Operation::kReduce ||
                      operation == Operation::kSendRecv;
  return counts ? 1 : 0;
}

std::optional<Interval> ranks_of_factor(Operation operation, const Interval& factor) {
  constexpr double kMost = std::numeric_limits<double>::infinity();
  const double limit = factor_limit(operation);
  if (limit == 0) {
    if (factor.low > 1 || factor.high < 1) return std::nullopt;
    return Interval{2, kMost};
  }
  // f = limit (n-1)/n, so n = limit / (limit - f).
  const auto ranks = [limit](double f) { return f < limit ? limit / (limit - f) : kMost; };
  const Interval found{std::max(2.0, ranks(factor.low)), ranks(factor.high)};
  if (found.low == kMost || found.high < found.low) return std::nullopt;
  return found;
}

std::optional<Interval> most_common(std::span<const Interval> intervals) {
  if (intervals.empty()) return std::nullopt;
  std::vector<double> lows, highs;
  for (const Interval& interval : intervals) {
    lows.push_back(interval.low);
    highs.push_back(interval.high);
  }
  std::sort(lows.begin(), lows.end());
  std::sort(highs.begin(), highs.end());
  std::size_t closed = 0, most = 0;
  Interval best;
  for (std::size_t opened = 0; opened < lows.size(); ++opened) {
    while (highs[closed] < lows[opened]) ++closed;
    if (opened + 1 - closed <= most) continue;
    most = opened + 1 - closed;
    best = {lows[opened], highs[closed]};
  }
  return best;
}

std::optional<Operation> collective_named(std::string_view word) {
  const std::string text = joined(word);
  for (const auto& [name, operation] : kNames) {
    if (!text.starts_with(name)) continue;
    if (is_variable_size(std::string_view(text).substr(name.size()))) return std::nullopt;
    return operation;
  }
  for (const auto& [name, operation] : kShortNames) {
    if (text == name) return operation;
  }
  return std::nullopt;
}

std::optional<Operation> collective_within(std::string_view text) {
  const std::string name = joined(text);
  for (const auto& [known, operation] : kNames) {
    if (name.find(known) != std::string::npos) return operation;
  }
  return std::nullopt;
}

}  // namespace sextant::ingest
