#include "calibrate/comm/backends.h"

#include <fmt/format.h>

#include "calibrate/comm/comm_error.h"
#ifdef SEXTANT_HAS_COMM_CUDA
#include "calibrate/comm/cuda/cuda_inventory.h"
#endif

namespace sextant::comm {
namespace {

#ifdef SEXTANT_HAS_COMM_OFI
constexpr bool kHasOfi = true;
#else
constexpr bool kHasOfi = false;
#endif
#ifdef SEXTANT_HAS_S3
constexpr bool kHasS3 = true;
#else
constexpr bool kHasS3 = false;
#endif
constexpr const char* kOfiRemedy = "install libfabric-dev and build again";
constexpr const char* kCudaRemedy =
    "install the CUDA toolkit and NCCL (libnccl-dev of NVIDIA's repository) and build again";

std::string line(const char* part, bool there, const char* remedy) {
  return there ? fmt::format("{:<22} yes", part) : fmt::format("{:<22} no: {}", part, remedy);
}

std::string cuda_line() {
#ifdef SEXTANT_HAS_COMM_CUDA
  return fmt::format("{:<22} {}", "NCCL back end, CUDA", cuda_inventory());
#else
  return line("NCCL back end, CUDA", false, kCudaRemedy);
#endif
}

}  // namespace

std::unique_ptr<Backend> make_backend(const World& world, const BackendOptions& options) {
  if (options.name == "mpi") return make_mpi_backend(world);
  if (options.name == "ofi") return make_ofi_backend(world, options);
  if (options.name == "nccl") return make_nccl_backend(world);
  throw CommError(fmt::format("--backend: expected mpi, ofi or nccl, found '{}'", options.name));
}

std::vector<std::string> build_inventory() {
  return {
      line("MPI back end", true, ""), line("libfabric back end", kHasOfi, kOfiRemedy), cuda_line(),
      line("storage: file systems", true, ""),
      line("storage: S3", kHasS3, "install libcurl4-openssl-dev, 7.87 or later, and build again")};
}

#ifndef SEXTANT_HAS_COMM_OFI
std::unique_ptr<Backend> make_ofi_backend(const World&, const BackendOptions&) {
  throw CommError(fmt::format("this build has no libfabric back end: {}", kOfiRemedy));
}

std::vector<std::string> ofi_rails(const std::string&) { return {}; }
#endif

#ifndef SEXTANT_HAS_COMM_CUDA
std::unique_ptr<Backend> make_nccl_backend(const World&) {
  throw CommError(fmt::format("this build has no NCCL back end: {}", kCudaRemedy));
}
#endif

}  // namespace sextant::comm
