#include "calibrate/comm/compute/cpu_device.h"

#include <fmt/format.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstddef>

#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/compute/arena.h"
#include "calibrate/comm/compute/cpu_kernels.h"
#include "calibrate/comm/compute/host.h"

namespace sextant::comm {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

/// Of each arena: more than the caches hold. Ranks of a node share the last one, so that above
/// 256 MiB what all of them use together is larger in any case.
std::size_t arena_bytes() { return std::clamp(2 * largest_cache_bytes(), 64 * kMiB, 256 * kMiB); }

std::size_t whole(double count, const char* what) {
  if (!(count >= 1.0)) throw CommError(fmt::format("no work: {} {}", count, what));
  return static_cast<std::size_t>(std::llround(count));
}

/// Operands are read from one arena, results written to another: values cannot grow from kernel to
/// kernel.
class CpuDevice final : public Device {
 public:
  CpuDevice() : kernels_(cpu_kernels().front()), source_(arena_bytes()), target_(arena_bytes()) {}

  std::string name() const override { return processor_name() + ", one core"; }
  void describe(ingest::Environment& environment) const override;
  bool supports(GemmFormat format) const override { return format == GemmFormat::kFp32; }
  std::string precision_name(GemmFormat format) const override {
    check(format);
    return "float";
  }

  void gemm(const Gemm& gemm, GemmFormat format) override;
  void stream(std::size_t bytes) override;
  void attention(double batch, double rows, double columns, double width,
                 GemmFormat format) override;
  void launch() override { kernels_.kernels->stream(nullptr, nullptr, 0, 1.0F); }
  void wait() override {}

 private:
  void check(GemmFormat format) const {
    if (!supports(format)) throw CommError("a core of the host computes in fp32 only");
  }

  NamedKernels kernels_;
  Arena source_, target_;
};

void CpuDevice::describe(ingest::Environment& environment) const {
  environment.accelerator = name();
  environment.conditions["device"] = "cpu";
  environment.conditions["eigen"] =
      fmt::format("{}.{}.{}", EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION);
  environment.conditions["simd"] = kernels_.instructions;
}

void CpuDevice::gemm(const Gemm& gemm, GemmFormat format) {
  check(format);
  const std::size_t m = whole(gemm.m, "rows of a GEMM");
  const std::size_t n = whole(gemm.n, "columns of a GEMM");
  const std::size_t k = whole(gemm.k, "as inner dimension of a GEMM");
  const std::size_t batch = whole(gemm.batch, "GEMMs of a batch");
  for (std::size_t i = 0; i < batch; ++i) {
    const float* const a = source_.next(Arena::padded(m * k) + k * n);
    kernels_.kernels->multiply(a, a + Arena::padded(m * k), target_.next(m * n), m, n, k);
  }
}

void CpuDevice::stream(std::size_t bytes) {
  const std::size_t largest = source_.elements() / 8;
  for (std::size_t left = bytes / 2 / sizeof(float); left > 0;) {
    const std::size_t piece = std::min(left, largest);
    kernels_.kernels->stream(source_.next(piece), target_.next(piece), piece, 1.0F);
    left -= piece;
  }
}

void CpuDevice::attention(double batch, double rows, double columns, double width,
                          GemmFormat format) {
  check(format);
  const std::size_t heads = whole(batch, "heads of attention");
  const std::size_t m = whole(rows, "rows of attention");
  const std::size_t n = whole(columns, "columns of attention");
  const std::size_t d = whole(width, "as width of attention");
  const CpuKernels& run = *kernels_.kernels;
  const std::size_t key = Arena::padded(m * d), value = key + Arena::padded(n * d);
  for (std::size_t head = 0; head < heads; ++head) {
    const float* const query = source_.next(value + n * d);
    float* const scores = target_.next(Arena::padded(m * n) + m * d);
    run.multiply_transposed(query, query + key, scores, m, n, d);
    run.softmax(scores, m, n, 1.0F / std::sqrt(static_cast<float>(d)));
    run.multiply(scores, query + value, scores + Arena::padded(m * n), m, d, n);
  }
}

}  // namespace

std::unique_ptr<Device> make_cpu_device(int) { return std::make_unique<CpuDevice>(); }

}  // namespace sextant::comm
