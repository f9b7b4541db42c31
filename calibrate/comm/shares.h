#pragma once

#include <cstddef>
#include <vector>

namespace sextant::comm {

/// How many elements of an all-to-all `rank` sends to each of the `ranks`, by their ranks, of the
/// `elements` that it sends in all: see Call::skew. In the send buffer they lie in this order.
std::vector<std::size_t> elements_sent(int rank, int ranks, std::size_t elements, double skew);

/// How many elements `rank` receives from each, by their ranks; as many in all as it sends. In the
/// receive buffer they lie in this order.
std::vector<std::size_t> elements_received(int rank, int ranks, std::size_t elements, double skew);

/// Where each of these begins, in elements: the sums of those before it.
std::vector<std::size_t> offsets_of(const std::vector<std::size_t>& elements);

}  // namespace sextant::comm
