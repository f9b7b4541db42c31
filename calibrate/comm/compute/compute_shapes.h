#pragma once

#include <cstddef>
#include <vector>

#include "sextant/compute/kernel_timer.h"

namespace sextant::comm {

/// Sides of square GEMMs up to `largest`, half powers of two apart; at least one.
std::vector<double> square_sides(double largest);

/// What a sweep times, up to the work of a square of the largest side: squares of all sides; the
/// linear maps of transformers, their weight gradients among them; inner dimensions down to 32, for
/// the ramp of the rate; few rows, few columns; batches of small products.
std::vector<Gemm> gemm_shapes(const std::vector<double>& sides);

/// Bytes of a GEMM's operands and its result, each counted once, as the devices keep them: results
/// of fp8 in 16 bits.
double gemm_bytes(const Gemm& gemm, GemmFormat format);

/// From 4 KiB on, by factors of four, and `largest` itself.
std::vector<std::size_t> stream_sizes(std::size_t largest);

/// Self-attention of eight heads: scores as `m` × `n`, `k` wide, `batch` heads. Up to `largest`
/// rows, and 4,096, whose scores take half a GiB in fp32.
std::vector<Gemm> attention_shapes(double largest);

}  // namespace sextant::comm
