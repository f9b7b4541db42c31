// Built where there is MPI.
#include <mpi.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "src/run/held_output.h"
#include "src/run/ranks.h"

namespace sextant::run {
namespace {

/// What every rank says before it waits for the others: that it gathers, or its exit code.
constexpr std::int64_t kGathers = -1;
/// For a rank that leaves without a fault while others go on, which is a fault.
constexpr int kInternalError = 70;

std::vector<std::int64_t> all_of(std::int64_t own, int count) {
  std::vector<std::int64_t> all(static_cast<std::size_t>(count));
  MPI_Allgather(&own, 1, MPI_INT64_T, all.data(), 1, MPI_INT64_T, MPI_COMM_WORLD);
  return all;
}

/// Rank `from` tells the others. MPI counts in int, so long texts go in blocks.
void broadcast(std::string& text, int from) {
  constexpr std::size_t kBlock = std::size_t{1} << 28;
  for (std::size_t at = 0; at < text.size(); at += kBlock) {
    const int size = static_cast<int>(std::min(kBlock, text.size() - at));
    MPI_Bcast(text.data() + at, size, MPI_BYTE, from, MPI_COMM_WORLD);
  }
}

}  // namespace

/// What there is to know when there are several.
struct Ranks::Joined {
  std::optional<HeldOutput> output;  ///< of all but the first
  std::optional<int> parted;         ///< the exit code of all, once a rank has left before others

  void part(const std::vector<std::int64_t>& words) {
    const std::int64_t code = *std::max_element(words.begin(), words.end());
    parted = code > 0 ? static_cast<int>(code) : kInternalError;
  }
};

Ranks::Ranks() {
  if (launched_processes() <= 1) return;
  int provided = 0;
  MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
  MPI_Comm_size(MPI_COMM_WORLD, &count_);
  joined_ = std::make_unique<Joined>();
  if (rank_ > 0) joined_->output.emplace();
}

Ranks::~Ranks() {
  if (joined_) MPI_Finalize();
}

std::vector<std::string> Ranks::gather(const std::string& own) const {
  if (count_ == 1) return {own};
  const std::vector<std::int64_t> words = all_of(kGathers, count_);
  const auto left =
      std::find_if(words.begin(), words.end(), [](std::int64_t word) { return word != kGathers; });
  if (left != words.end()) {
    joined_->part(words);
    throw RanksParted(fmt::format("process {} of {} has stopped before the others",
                                  left - words.begin() + 1, count_));
  }
  const std::vector<std::int64_t> sizes = all_of(static_cast<std::int64_t>(own.size()), count_);
  std::vector<std::string> texts;
  for (int rank = 0; rank < count_; ++rank) {
    texts.emplace_back(rank == rank_ ? own : std::string());
    texts.back().resize(static_cast<std::size_t>(sizes[static_cast<std::size_t>(rank)]));
    broadcast(texts.back(), rank);
  }
  return texts;
}

int Ranks::leave(int exit_code) const {
  if (count_ == 1) return exit_code;
  if (joined_->parted) return *joined_->parted;
  const std::vector<std::int64_t> words = all_of(exit_code, count_);
  const bool together = std::count(words.begin(), words.end(), kGathers) == 0;
  const bool as_the_first = together && words.front() == exit_code;
  if (!as_the_first && joined_->output) joined_->output->show();
  if (!together) {
    joined_->part(words);
    return *joined_->parted;
  }
  return static_cast<int>(*std::max_element(words.begin(), words.end()));
}

std::string mpi_library() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text;
  int size = 0;
  MPI_Get_library_version(text.data(), &size);
  const std::string all(text.data(), static_cast<std::size_t>(size));
  return all.substr(0, all.find(','));
}

}  // namespace sextant::run
