#pragma once

#include <span>

#include "calibrate/comm/backend.h"
#include "calibrate/comm/transport.h"

namespace sextant::comm {

/// Collectives over messages between pairs. Every rank of the transport calls the same one with
/// spans of the same sizes; `send` and `receive` do not overlap. With n ranks and S bytes as
/// ingest::Sample counts them, the bytes that a rank sends, and the messages one after another:
///
///     all_reduce       2 S (n − 1)/n   2 (n − 1)   ring: reduce-scatter, then all-gather
///     reduce_scatter     S (n − 1)/n     (n − 1)   ring
///     all_gather         S (n − 1)/n     (n − 1)   ring
///     all_to_all         S (n − 1)/n     (n − 1)   pairwise exchange
///     broadcast          S             log2 n      binomial tree, up to 64 KiB
///                        S             segments + n − 2   chain, beyond
///
/// The order in which a ring adds is one per element, whatever the timing, so that results repeat.
/// @source R. Thakur, R. Rabenseifner, W. Gropp, Optimization of Collective Communication
///   Operations in MPICH, IJHPCA 19 (2005)

/// Both spans hold the same number of elements, which need not be a multiple of n.
void all_reduce(Transport& transport, std::span<const float> send, std::span<float> receive);

/// `send` holds n parts; the sum of part r comes to the beginning of rank r's `receive`. The rest
/// of `receive`, which is as large as `send`, is where partial sums stand on the way.
void reduce_scatter(Transport& transport, std::span<const float> send, std::span<float> receive);

/// `receive` holds n times the elements of `send`, by rank.
void all_gather(Transport& transport, std::span<const float> send, std::span<float> receive);

/// Each rank's `send` holds what it has for every rank, by rank, in the shares of Call::skew;
/// `receive`, as large, comes to hold what every rank had for it.
void all_to_all(Transport& transport, std::span<const float> send, std::span<float> receive,
                double skew);

/// Rank 0's `send` comes to the others' `receive`; rank 0's is left alone.
void broadcast(Transport& transport, std::span<const float> send, std::span<float> receive);

/// The collective that `call` asks for, on buffers of host memory.
void run_collective(Transport& transport, const Call& call, Buffer& send, Buffer& receive);

}  // namespace sextant::comm
