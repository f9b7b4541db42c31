#pragma once

#include <string>
#include <vector>

#include "sextant/cluster/accelerator.h"
#include "sextant/compute/compute_coefficients.h"
#include "sextant/compute/kernel_timer.h"

namespace sextant::fit {

/// A measured kernel: a GEMM, a stream through device memory, or attention that keeps its scores.
struct KernelPoint {
  Gemm gemm{};  ///< m = 0: a stream of `bytes`
  GemmFormat format = GemmFormat::k16bit;
  Bytes bytes{};
  Seconds time{};
  bool attention = false;  ///< of `gemm.batch` heads, whose scores are m × n, from width k
};

/// Kernels that are forecast from the fitted coefficients, but were not fitted.
struct ComputeCheck {
  std::string kernels;  ///< "attention", "GEMMs in fp32"
  std::size_t points = 0;
  double median_error = 0.0;  ///< of |forecast / measured − 1|
};

struct ComputeFit {
  ComputeCoefficients coefficients;
  std::vector<std::string> fitted;  ///< keys of the coefficients that the points bear on
  double median_error = 0.0;        ///< of |fitted / measured − 1|, of the points fitted to
  std::vector<ComputeCheck> checks;
};

/// How many of the points are fitted; the others are checks.
std::size_t fitted_points(const std::vector<KernelPoint>& points);

/// The point's time by a timer that has the fitted coefficients.
Seconds forecast(const KernelTimer& timer, const KernelPoint& point);

/// Fits rate and ramp of GEMMs (16 bit and fp8), the memory rate and the shortest kernel to the
/// points, on logarithms with Huber's loss. `prior` is where the fit starts; its ranges are the
/// priors (a factor of two where it has none). What no point bears on stays as it is.
///
/// There is one rate for GEMMs of all formats but fp8, as a fraction of each one's peak. It is that
/// of 16 bits, in which training computes: only where none was measured, as on processors, is it
/// fitted to tf32 and fp32. What is not fitted is a check, and so is attention: its two GEMMs and
/// nine bytes of memory traffic for each score in 16 bits, as the step model counts them.
ComputeFit fit_compute(const Accelerator& accelerator, const ComputeCoefficients& prior,
                       const std::vector<KernelPoint>& points, const std::string& source,
                       const std::string& date);

}  // namespace sextant::fit
