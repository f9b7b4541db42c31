#include "src/run/spread.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <stdexcept>

#include "src/run/deal_letters.h"
#include "src/run/ranks.h"

namespace sextant::run {
namespace {

/// What a rank says before its results, of which there are none if it failed.
struct Report {
  std::int64_t count = 0;  ///< that it was asked for
  bool failed = false;
  std::vector<char> what{};
};

template <class Archive>
void pack(Archive& archive, Report& report) {
  archive(report.count, report.failed, report.what);
}

/// Work that is shared by several ranks.
class Exchange {
 public:
  Exchange(std::int64_t count, const ParallelOptions& options, const SpreadSteps& steps)
      : count_(count), options_(options), steps_(steps), ranks_(*options.ranks) {}

  void run() {
    do_own();
    const std::vector<std::string> texts = ranks_.gather(packed());
    std::vector<Unpacker> unpackers(texts.begin(), texts.end());
    for (Unpacker& unpacker : unpackers) check(unpacker);
    for (int rank = 0; rank < ranks_.count(); ++rank) {
      if (rank != ranks_.rank()) take(rank, unpackers[static_cast<std::size_t>(rank)]);
    }
  }

 private:
  /// Every n-th index, so that all ranks have early and late ones.
  std::int64_t share() const {
    return (count_ - ranks_.rank() + ranks_.count() - 1) / ranks_.count();
  }
  std::int64_t index(std::int64_t i) const { return ranks_.rank() + i * ranks_.count(); }

  void do_own() {
    ParallelOptions parallel{.threads = options_.threads};
    if (options_.progress) {
      parallel.progress = [&](std::int64_t done) {  // the others are about as far
        options_.progress(std::min(count_, done * ranks_.count()));
      };
    }
    try {
      parallel_for(share(), parallel, [&](std::int64_t i) { steps_.work(index(i)); });
    } catch (const std::exception& error) {
      const std::string_view what = error.what();
      report_.failed = true;
      report_.what.assign(what.begin(), what.end());
      thrown_ = std::current_exception();
    }
  }

  std::string packed() {
    report_.count = count_;
    Packer packer;
    packer(report_);
    for (std::int64_t i = 0; !report_.failed && i < share(); ++i) steps_.pack(packer, index(i));
    return packer.bytes();
  }

  void check(Unpacker& unpacker) const {
    if (thrown_) std::rethrow_exception(thrown_);
    Report report;
    unpacker(report);
    if (report.failed)
      throw std::runtime_error(std::string(report.what.begin(), report.what.end()));
    if (report.count == count_) return;
    if (report.count < 0) throw RanksParted(kUnlikeWork);
    throw RanksParted(
        fmt::format("the processes that were started together do different things: "
                    "one simulates {} times, another {} times",
                    count_, report.count));
  }

  void take(int rank, Unpacker& unpacker) const {
    for (std::int64_t i = rank; i < count_; i += ranks_.count()) steps_.unpack(unpacker, i);
    SEXTANT_ASSERT(unpacker.at_end(), "rank {} sent more than its results", rank);
  }

  std::int64_t count_;
  const ParallelOptions& options_;
  const SpreadSteps& steps_;
  const Ranks& ranks_;
  Report report_;
  std::exception_ptr thrown_;
};

}  // namespace

std::int64_t spread_steps(std::int64_t count, const ParallelOptions& options,
                          const SpreadSteps& steps) {
  if (options.ranks == nullptr || options.ranks->count() == 1) {
    return parallel_for(count, options, steps.work);
  }
  Exchange(count, options, steps).run();
  return count;
}

}  // namespace sextant::run
