#include "calibrate/comm/compute/cpu_kernels.h"

namespace sextant::comm {

namespace baseline {
extern const CpuKernels kKernels;
}
#ifdef SEXTANT_WIDE_VECTORS
namespace avx2 {
extern const CpuKernels kKernels;
}
namespace avx512 {
extern const CpuKernels kKernels;
}
#endif

std::vector<NamedKernels> cpu_kernels() {
  std::vector<NamedKernels> result;
#ifdef SEXTANT_WIDE_VECTORS
  const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (has_avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) {
    result.push_back({"avx512", &avx512::kKernels});
  }
  if (has_avx2) result.push_back({"avx2", &avx2::kKernels});
#endif
  result.push_back({"baseline", &baseline::kKernels});
  return result;
}

}  // namespace sextant::comm
