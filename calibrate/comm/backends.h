#pragma once

#include <memory>
#include <string>
#include <vector>

#include "calibrate/comm/backend.h"
#include "calibrate/comm/world.h"

namespace sextant::comm {

struct BackendOptions {
  std::string name;      ///< "mpi", "ofi", "nccl"
  std::string provider;  ///< of libfabric: "efa", "tcp", "shm"; empty: the best it offers
  std::string rail;      ///< of libfabric: a domain's name; empty: the first, by local rank
  bool rma = false;      ///< of libfabric: messages by RDMA writes instead of tagged sends
};

/// @throws CommError if it is not in this build, or finds nothing to work on; with the remedy
std::unique_ptr<Backend> make_backend(const World& world, const BackendOptions& options);

std::unique_ptr<Backend> make_mpi_backend(const World& world);
std::unique_ptr<Backend> make_ofi_backend(const World& world, const BackendOptions& options);
std::unique_ptr<Backend> make_nccl_backend(const World& world);

/// Domains (cards) that libfabric's provider offers on this node; empty without libfabric.
std::vector<std::string> ofi_rails(const std::string& provider);

/// What this build has, and what it lacks with the package that brings it, one line each.
std::vector<std::string> build_inventory();

}  // namespace sextant::comm
