#include <fmt/format.h>
#include <mpi.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "calibrate/comm/backends.h"
#include "calibrate/comm/host_buffer.h"
#include "calibrate/comm/mpi_check.h"
#include "calibrate/comm/mpi_communicator.h"

namespace sextant::comm {
namespace {

class MpiBackend : public Backend {
 public:
  explicit MpiBackend(const World& world) {
    check_mpi(MPI_Comm_dup(world.control(), &all_), "MPI_Comm_dup");
  }
  ~MpiBackend() override { MPI_Comm_free(&all_); }
  MpiBackend(const MpiBackend&) = delete;
  MpiBackend& operator=(const MpiBackend&) = delete;

  std::string name() const override { return "mpi"; }

  void describe(ingest::Environment& environment) const override {
    std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
    int length = 0;
    MPI_Get_library_version(text.data(), &length);
    const std::string version = text.data();
    environment.conditions["backend"] = "mpi";
    environment.conditions["memory"] = "host";
    environment.conditions["mpi"] = version.substr(0, version.find_first_of(",\n"));
  }

  std::unique_ptr<Buffer> allocate(std::size_t bytes) override {
    return std::make_unique<HostBuffer>(bytes);
  }

  std::unique_ptr<Communicator> group(const std::vector<int>& ranks) override {
    int own = 0;
    MPI_Comm_rank(all_, &own);
    if (!std::binary_search(ranks.begin(), ranks.end(), own)) return nullptr;
    MPI_Group world = MPI_GROUP_NULL;
    MPI_Group members = MPI_GROUP_NULL;
    MPI_Comm comm = MPI_COMM_NULL;
    check_mpi(MPI_Comm_group(all_, &world), "MPI_Comm_group");
    check_mpi(MPI_Group_incl(world, static_cast<int>(ranks.size()), ranks.data(), &members),
              "MPI_Group_incl");
    check_mpi(MPI_Comm_create_group(all_, members, 0, &comm), "MPI_Comm_create_group");
    MPI_Group_free(&members);
    MPI_Group_free(&world);
    return std::make_unique<MpiCommunicator>(comm);
  }

 private:
  MPI_Comm all_ = MPI_COMM_NULL;
};

}  // namespace

std::unique_ptr<Backend> make_mpi_backend(const World& world) {
  return std::make_unique<MpiBackend>(world);
}

}  // namespace sextant::comm
