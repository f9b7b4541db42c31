#include "calibrate/comm/storage/together.h"

#include <fmt/format.h>

#include <numeric>

#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/mpi_check.h"

namespace sextant::comm {
namespace {

/// The text of rank `from`. All ranks call it.
std::string text_of(const World& world, int from, std::string text) {
  std::vector<double> size{world.rank() == from ? static_cast<double>(text.size()) : 0.0};
  world.largest(size);
  text.resize(static_cast<std::size_t>(size.front()));
  check_mpi(MPI_Bcast(text.data(), static_cast<int>(text.size()), MPI_CHAR, from, world.control()),
            "MPI_Bcast");
  return text;
}

}  // namespace

void Failure::guard(const std::function<void()>& body) {
  if (!text_.empty()) return;
  try {
    body();
  } catch (const CommError& error) {
    text_ = error.what();
  }
}

void Failure::agree() {
  const int ranks = world_.size();
  // The lowest failed rank has the largest of these; 0 where nothing failed.
  std::vector<double> failed{text_.empty() ? 0.0 : static_cast<double>(ranks - world_.rank())};
  world_.largest(failed);
  if (failed.front() == 0.0) return;
  const int rank = ranks - static_cast<int>(failed.front());
  const std::string text = text_of(world_, rank, text_);
  if (rank == world_.rank()) throw CommError(text);
  throw CommError(fmt::format("rank {} on {}: {}", rank, world_.host(world_.node_of(rank)), text));
}

void together(const World& world, const std::function<void()>& body) {
  Failure failure(world);
  failure.guard(body);
  failure.agree();
}

void sum(const World& world, std::vector<double>& values) {
  MPI_Request request = MPI_REQUEST_NULL;
  check_mpi(MPI_Iallreduce(MPI_IN_PLACE, values.data(), static_cast<int>(values.size()), MPI_DOUBLE,
                           MPI_SUM, world.control(), &request),
            "MPI_Iallreduce");
  wait_for({&request, 1}, "MPI_Iallreduce");
}

std::vector<double> gathered(const World& world, const std::vector<double>& own) {
  const int count = static_cast<int>(own.size());
  std::vector<int> counts(static_cast<std::size_t>(world.size()));
  check_mpi(MPI_Gather(&count, 1, MPI_INT, counts.data(), 1, MPI_INT, 0, world.control()),
            "MPI_Gather");
  std::vector<int> places(counts.size());
  std::exclusive_scan(counts.begin(), counts.end(), places.begin(), 0);
  std::vector<double> all;
  if (world.root()) all.resize(static_cast<std::size_t>(places.back() + counts.back()));
  check_mpi(MPI_Gatherv(own.data(), count, MPI_DOUBLE, all.data(), counts.data(), places.data(),
                        MPI_DOUBLE, 0, world.control()),
            "MPI_Gatherv");
  return all;
}

}  // namespace sextant::comm
