#include "calibrate/comm/cuda/cuda_device.h"

#include <cuda_runtime_api.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/cuda/cublaslt_plan.h"
#include "calibrate/comm/cuda/cuda_check.h"
#include "calibrate/comm/cuda/device_memory.h"
#include "calibrate/comm/cuda/gpu.h"

namespace sextant::comm {
namespace {

/// Several times the second-level cache of any GPU so far (126 MB).
constexpr std::size_t kArenaBytes = std::size_t{512} << 20;
constexpr std::size_t kWorkspaceBytes = std::size_t{64} << 20;  // cuBLAS advises 32 MiB on Hopper

using Stream = std::unique_ptr<CUstream_st, decltype(&cudaStreamDestroy)>;

Stream make_stream() {
  cudaStream_t stream = nullptr;
  check_cuda(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "cudaStreamCreate");
  return {stream, cudaStreamDestroy};
}

using Library = CublasLtHandle<cublasLtHandle_t, cublasLtDestroy>;

Library make_library() {
  cublasLtHandle_t library = nullptr;
  check_cublaslt(cublasLtCreate(&library), "cublasLtCreate");
  return Library(library);
}

/// Operands are read from one arena, results written to another.
class CudaDevice final : public Device {
 public:
  explicit CudaDevice(int local_rank)
      : gpu_(local_rank),
        stream_(make_stream()),
        library_(make_library()),
        workspace_(device_memory(kWorkspaceBytes)),
        source_(kArenaBytes),
        target_(kArenaBytes) {}
  ~CudaDevice() override { cudaStreamSynchronize(stream_.get()); }
  CudaDevice(const CudaDevice&) = delete;
  CudaDevice& operator=(const CudaDevice&) = delete;

  std::string name() const override { return gpu_.name(); }
  void describe(ingest::Environment& environment) const override;
  bool supports(GemmFormat format) const override {
    return gpu_supports(format, gpu_.capability());
  }
  std::string precision_name(GemmFormat format) const override {
    return gpu_precision(format, gpu_.capability()).name;
  }

  void gemm(const Gemm& gemm, GemmFormat format) override;
  void stream(std::size_t bytes) override;
  void attention(double batch, double rows, double columns, double width,
                 GemmFormat format) override;
  void launch() override;
  void wait() override;

 private:
  using Shape = std::tuple<GemmFormat, double, double, double, double>;

  const CublasLtPlan& plan(const Gemm& gemm, GemmFormat format);
  void multiply(const CublasLtPlan& plan, const std::byte* a, const std::byte* b, std::byte* c);
  void copy(const std::byte* from, std::byte* to, std::size_t bytes);

  Gpu gpu_;
  Stream stream_;
  Library library_;
  DeviceMemory workspace_;
  DeviceArena source_, target_;
  std::map<Shape, CublasLtPlan> plans_;
};

void CudaDevice::describe(ingest::Environment& environment) const {
  gpu_.describe(environment);
  environment.conditions["device"] = "cuda";
  const std::size_t version = cublasLtGetVersion();  // 130100 is 13.1.0
  environment.conditions["cublaslt"] =
      fmt::format("{}.{}.{}", version / 10000, version / 100 % 100, version % 100);
}

const CublasLtPlan& CudaDevice::plan(const Gemm& gemm, GemmFormat format) {
  const Gemm shape = gpu_shape(gemm, format);
  if (!(shape.m >= 1.0 && shape.n >= 1.0 && shape.k >= 1.0 && shape.batch >= 1.0)) {
    throw CommError(
        fmt::format("an empty GEMM: {} of {} × {} × {}", shape.batch, shape.m, shape.n, shape.k));
  }
  const Shape key{format, shape.m, shape.n, shape.k, shape.batch};
  const auto found = plans_.find(key);
  if (found != plans_.end()) return found->second;
  const GpuPrecision precision = gpu_precision(format, gpu_.capability());
  return plans_.try_emplace(key, library_.get(), shape, precision, kWorkspaceBytes).first->second;
}

void CudaDevice::multiply(const CublasLtPlan& plan, const std::byte* a, const std::byte* b,
                          std::byte* c) {
  plan.run(library_.get(), a, b, c, workspace_.get(), stream_.get());
}

void CudaDevice::copy(const std::byte* from, std::byte* to, std::size_t bytes) {
  check_cuda(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, stream_.get()),
             "cudaMemcpyAsync");
}

void CudaDevice::gemm(const Gemm& gemm, GemmFormat format) {
  gpu_.use();
  const CublasLtPlan& product = plan(gemm, format);
  const std::size_t a_bytes = DeviceArena::padded(product.a_bytes());
  const std::byte* const a = source_.next(a_bytes + product.b_bytes());
  multiply(product, a, a + a_bytes, target_.next(product.c_bytes()));
}

void CudaDevice::stream(std::size_t bytes) {
  gpu_.use();
  for (std::size_t left = bytes / 2; left > 0;) {
    const std::size_t piece = std::min(left, std::min(source_.bytes(), target_.bytes()));
    copy(source_.next(piece), target_.next(piece), piece);
    left -= piece;
  }
}

/// The pass of the softmax over the scores is a copy: it reads and writes as much, and its
/// arithmetic hides behind that.
void CudaDevice::attention(double batch, double rows, double columns, double width,
                           GemmFormat format) {
  gpu_.use();
  const CublasLtPlan& scores = plan({rows, columns, width, batch}, format);
  const CublasLtPlan& values = plan({rows, width, columns, batch}, format);
  const std::size_t key = DeviceArena::padded(scores.a_bytes());
  const std::size_t value = key + DeviceArena::padded(scores.b_bytes());
  const std::byte* const query = source_.next(value + values.b_bytes());

  const std::size_t weights = DeviceArena::padded(scores.c_bytes());
  const std::size_t output = weights + DeviceArena::padded(scores.c_bytes());
  std::byte* const written = target_.next(output + values.c_bytes());
  multiply(scores, query, query + key, written);
  copy(written, written + weights, scores.c_bytes());
  multiply(values, written + weights, query + value, written + output);
}

void CudaDevice::launch() {
  gpu_.use();
  check_cuda(cudaMemsetAsync(workspace_.get(), 0, 1, stream_.get()), "cudaMemsetAsync");
}

void CudaDevice::wait() {
  gpu_.use();
  check_cuda(cudaStreamSynchronize(stream_.get()), "cudaStreamSynchronize");
}

}  // namespace

std::unique_ptr<Device> make_cuda_device(int local_rank) {
  return std::make_unique<CudaDevice>(local_rank);
}

}  // namespace sextant::comm
