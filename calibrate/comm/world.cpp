#include "calibrate/comm/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/mpi_check.h"

namespace sextant::comm {
namespace {

constexpr std::size_t kNameLength = MPI_MAX_PROCESSOR_NAME;

/// The host of every rank, by rank.
std::vector<std::string> hosts_of_ranks(MPI_Comm control, int ranks) {
  std::vector<char> own(kNameLength + 1, '\0');
  int length = 0;
  check_mpi(MPI_Get_processor_name(own.data(), &length), "MPI_Get_processor_name");
  std::vector<char> all(own.size() * static_cast<std::size_t>(ranks));
  const int size = static_cast<int>(own.size());
  check_mpi(MPI_Allgather(own.data(), size, MPI_CHAR, all.data(), size, MPI_CHAR, control),
            "MPI_Allgather");
  std::vector<std::string> hosts;
  for (std::size_t i = 0; i < static_cast<std::size_t>(ranks); ++i) {
    hosts.emplace_back(all.data() + i * own.size());
  }
  return hosts;
}

void start_mpi(int& argc, char**& argv) {
  int provided = 0;
  check_mpi(MPI_Init_thread(&argc, &argv, MPI_THREAD_MULTIPLE, &provided), "MPI_Init_thread");
  if (provided >= MPI_THREAD_MULTIPLE) return;
  throw CommError(
      "this MPI library does not let several threads call it (MPI_THREAD_MULTIPLE): use one that "
      "was built with thread support, as Debian's and AWS's Open MPI are");
}

}  // namespace

World::World(int& argc, char**& argv) {
  start_mpi(argc, argv);
  check_mpi(MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  check_mpi(MPI_Comm_dup(MPI_COMM_WORLD, &control_), "MPI_Comm_dup");
  int size = 0;
  check_mpi(MPI_Comm_size(control_, &size), "MPI_Comm_size");
  check_mpi(MPI_Comm_rank(control_, &rank_), "MPI_Comm_rank");
  std::map<std::string, int> nodes;
  std::vector<int> ranks_on;
  for (const std::string& host : hosts_of_ranks(control_, size)) {
    const auto [entry, is_new] = nodes.try_emplace(host, static_cast<int>(hosts_.size()));
    if (is_new) {
      hosts_.push_back(host);
      ranks_on.push_back(0);
    }
    node_of_.push_back(entry->second);
    int& ranks_here = ranks_on[static_cast<std::size_t>(entry->second)];
    if (static_cast<int>(node_of_.size()) == rank_ + 1) local_rank_ = ranks_here;
    ++ranks_here;
  }
  const auto [fewest, most] = std::minmax_element(ranks_on.begin(), ranks_on.end());
  ranks_per_node_ = *fewest == *most ? *fewest : 0;
}

World::~World() {
  MPI_Comm_free(&control_);
  MPI_Finalize();
}

std::vector<int> World::ranks_of_first(int nodes) const {
  std::vector<int> ranks;
  for (int rank = 0; rank < size(); ++rank) {
    if (node_of(rank) < nodes) ranks.push_back(rank);
  }
  return ranks;
}

void World::barrier() const {
  MPI_Request request = MPI_REQUEST_NULL;
  check_mpi(MPI_Ibarrier(control_, &request), "MPI_Ibarrier");
  wait_for({&request, 1}, "MPI_Ibarrier");
}

void World::largest(std::vector<double>& values) const {
  MPI_Request request = MPI_REQUEST_NULL;
  check_mpi(MPI_Iallreduce(MPI_IN_PLACE, values.data(), static_cast<int>(values.size()), MPI_DOUBLE,
                           MPI_MAX, control_, &request),
            "MPI_Iallreduce");
  wait_for({&request, 1}, "MPI_Iallreduce");
}

bool World::all(bool mine) const {
  std::vector<double> refusal{mine ? 0.0 : 1.0};
  largest(refusal);
  return refusal.front() == 0.0;
}

double World::of_root(double value) const {
  MPI_Request request = MPI_REQUEST_NULL;
  check_mpi(MPI_Ibcast(&value, 1, MPI_DOUBLE, 0, control_, &request), "MPI_Ibcast");
  wait_for({&request, 1}, "MPI_Ibcast");
  return value;
}

std::string World::of_root(const std::string& text) const {
  std::string result = text;
  result.resize(static_cast<std::size_t>(of_root(static_cast<double>(text.size()))));
  MPI_Request request = MPI_REQUEST_NULL;
  check_mpi(
      MPI_Ibcast(result.data(), static_cast<int>(result.size()), MPI_CHAR, 0, control_, &request),
      "MPI_Ibcast");
  wait_for({&request, 1}, "MPI_Ibcast");
  return result;
}

}  // namespace sextant::comm
