#include "calibrate/ingest/osu_title.h"

#include <algorithm>
#include <array>

#include "calibrate/ingest/text.h"

namespace sextant::ingest {
namespace {

/// Test of a title, without "OSU MPI", "Non-blocking", "Persistent" and "Test".
struct Known {
  std::string_view title;
  Operation operation;
  bool vector = false;  ///< each rank may have another count: allgatherv …
};
constexpr std::array kCollectives{
    Known{"allgather latency", Operation::kAllGather},
    Known{"allgatherv latency", Operation::kAllGather, true},
    Known{"allreduce latency", Operation::kAllReduce},
    Known{"all-to-all latency", Operation::kAllToAll},
    Known{"all-to-all personalized exchange latency", Operation::kAllToAll},
    Known{"all-to-allv latency", Operation::kAllToAll, true},
    Known{"all-to-allv personalized exchange latency", Operation::kAllToAll, true},
    Known{"all-to-allw latency", Operation::kAllToAll, true},
    Known{"all-to-allw personalized exchange latency", Operation::kAllToAll, true},
    Known{"broadcast latency", Operation::kBroadcast},
    Known{"bcast latency", Operation::kBroadcast},
    Known{"gather latency", Operation::kGather},
    Known{"gatherv latency", Operation::kGather, true},
    Known{"reduce latency", Operation::kReduce},
    Known{"reduce_scatter latency", Operation::kReduceScatter},
    Known{"reduce_scatter_block latency", Operation::kReduceScatter},
    Known{"scatter latency", Operation::kScatter},
    Known{"scatterv latency", Operation::kScatter, true}};
constexpr std::array kBetweenTwo{
    Known{"latency", Operation::kPointToPoint}, Known{"multi latency", Operation::kPointToPoint},
    Known{"bandwidth", Operation::kPointToPointStream},
    Known{"multiple bandwidth / message rate", Operation::kPointToPointStream},
    Known{"bi-directional bandwidth", Operation::kPointToPointBidirectional}};

bool take_prefix(std::string& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.erase(0, prefix.size());
  return true;
}

/// The test of a title such as "non-blocking allreduce latency" or "put bandwidth".
std::optional<OsuTest> test_named(std::string_view title) {
  std::string name(title);
  OsuTest test;
  if (take_prefix(name, "non-blocking ")) test.flags.emplace_back("non_blocking");
  if (take_prefix(name, "persistent ")) test.flags.emplace_back("persistent");
  if (take_prefix(name, "put ") || take_prefix(name, "get ")) test.flags.emplace_back("one_sided");
  const auto same_title = [&](const Known& known) { return known.title == name; };
  if (const auto* known = std::find_if(kCollectives.begin(), kCollectives.end(), same_title);
      known != kCollectives.end()) {
    test.operation = known->operation;
    // The vector that is scattered is counted whole, as in nccl-tests.
    if (test.operation != Operation::kReduceScatter) test.flags.emplace_back("per_rank_bytes");
    if (known->vector) test.flags.emplace_back("vector");
    return test;
  }
  const auto* known = std::find_if(kBetweenTwo.begin(), kBetweenTwo.end(), same_title);
  if (known == kBetweenTwo.end()) return std::nullopt;
  test.operation = known->operation;
  test.figure = name.ends_with("latency") ? OsuTest::Figure::kTime : OsuTest::Figure::kBandwidth;
  test.pairs = name.starts_with("multi");
  test.ranks = test.pairs ? 0 : 2;
  if (test.pairs) test.flags.emplace_back("concurrent_pairs");
  return test;
}

}  // namespace

std::optional<OsuTitle> parse_osu_title(std::string_view comment) {
  const std::size_t end = comment.find(" Test");
  if (!comment.starts_with("OSU ") || end == std::string_view::npos) return std::nullopt;
  const std::string_view words = comment.substr(4, end - 4);
  const std::size_t library_end = std::min(words.find(' '), words.size());
  const std::string_view library = words.substr(0, library_end);
  OsuTitle title;
  title.name = lower(trimmed(words.substr(library_end)));
  if (library.starts_with("MPI_")) {
    title.name = lower(library.substr(4, library.find('-') - 4)) + " " + title.name;
  }
  title.test = test_named(title.name);
  title.device_buffers = library.find('-') != std::string_view::npos || library.ends_with("CCL");
  const std::size_t version = comment.rfind(" v");
  if (version != std::string_view::npos && version >= end) {
    title.version = comment.substr(version + 2);
  }
  return title;
}

}  // namespace sextant::ingest
