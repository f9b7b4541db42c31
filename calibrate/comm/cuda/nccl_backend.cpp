#include <fmt/format.h>
#include <mpi.h>
#include <nccl.h>

#include <algorithm>
#include <vector>

#include "calibrate/comm/backends.h"
#include "calibrate/comm/cuda/device_buffer.h"
#include "calibrate/comm/cuda/gpu.h"
#include "calibrate/comm/cuda/nccl_check.h"
#include "calibrate/comm/cuda/nccl_communicator.h"
#include "calibrate/comm/mpi_check.h"

namespace sextant::comm {
namespace {

constexpr int kTag = 0;

/// NCCL's version as people write it: 22807 is "2.28.7".
std::string version_text(int version) {
  return fmt::format("{}.{}.{}", version / 10000, version / 100 % 100, version % 100);
}

class NcclBackend final : public Backend {
 public:
  explicit NcclBackend(const World& world) : rank_(world.rank()), gpu_(world.local_rank()) {
    check_mpi(MPI_Comm_dup(world.control(), &control_), "MPI_Comm_dup");
  }
  ~NcclBackend() override { MPI_Comm_free(&control_); }
  NcclBackend(const NcclBackend&) = delete;
  NcclBackend& operator=(const NcclBackend&) = delete;

  std::string name() const override { return "nccl"; }

  void describe(ingest::Environment& environment) const override {
    int version = 0;
    check_nccl(ncclGetVersion(&version), "ncclGetVersion");
    gpu_.describe(environment);
    environment.nccl = version_text(version);
    environment.conditions["backend"] = "nccl";
    environment.conditions["memory"] = "device";
  }

  std::unique_ptr<Buffer> allocate(std::size_t bytes) override {
    return std::make_unique<DeviceBuffer>(gpu_, bytes);
  }

  std::unique_ptr<Communicator> group(const std::vector<int>& ranks) override {
    const auto place = std::lower_bound(ranks.begin(), ranks.end(), rank_);
    if (place == ranks.end() || *place != rank_) return nullptr;
    const ncclUniqueId id = agree_on_id(ranks);
    return std::make_unique<NcclCommunicator>(gpu_, id, static_cast<int>(place - ranks.begin()),
                                              static_cast<int>(ranks.size()));
  }

 private:
  /// The group's first rank draws it and sends it to the others.
  ncclUniqueId agree_on_id(const std::vector<int>& ranks) const {
    ncclUniqueId id{};
    std::vector<MPI_Request> requests;
    if (rank_ == ranks.front()) {
      gpu_.use();
      check_nccl(ncclGetUniqueId(&id), "ncclGetUniqueId");
      for (const int rank : ranks) {
        if (rank == rank_) continue;
        check_mpi(MPI_Isend(&id, sizeof id, MPI_BYTE, rank, kTag, control_,
                            &requests.emplace_back(MPI_REQUEST_NULL)),
                  "MPI_Isend");
      }
    } else {
      check_mpi(MPI_Irecv(&id, sizeof id, MPI_BYTE, ranks.front(), kTag, control_,
                          &requests.emplace_back(MPI_REQUEST_NULL)),
                "MPI_Irecv");
    }
    wait_for(requests, "NCCL's identifier of a group");
    return id;
  }

  int rank_;
  Gpu gpu_;
  MPI_Comm control_ = MPI_COMM_NULL;
};

}  // namespace

std::unique_ptr<Backend> make_nccl_backend(const World& world) {
  return std::make_unique<NcclBackend>(world);
}

}  // namespace sextant::comm
