#pragma once

#include <string>
#include <vector>

#include "sextant/cluster/accelerator.h"
#include "sextant/compute/compute_coefficients.h"
#include "sextant/compute/kernel_timer.h"

namespace sextant::fit {

/// A measured kernel: a GEMM, or a stream through device memory.
struct KernelPoint {
  Gemm gemm;  ///< m = 0: a stream of `bytes`
  GemmFormat format = GemmFormat::k16bit;
  Bytes bytes;
  Seconds time;
};

struct ComputeFit {
  ComputeCoefficients coefficients;
  std::vector<std::string> fitted;  ///< keys of the coefficients that the points bear on
  double median_error = 0.0;        ///< of |fitted / measured − 1|
};

/// Fits rate and ramp of GEMMs (16 bit and fp8), the memory rate and the shortest kernel to the
/// points, on logarithms with Huber's loss. `prior` is where the fit starts; its ranges are the
/// priors (a factor of two where it has none). What no point bears on stays as it is.
ComputeFit fit_compute(const Accelerator& accelerator, const ComputeCoefficients& prior,
                       const std::vector<KernelPoint>& points, const std::string& source,
                       const std::string& date);

}  // namespace sextant::fit
