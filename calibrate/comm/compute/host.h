#pragma once

#include <cstddef>
#include <string>

namespace sextant::comm {

/// The processor's model as the operating system names it; "processor" where it does not.
std::string processor_name();

/// Bytes of the largest cache that the first core sees; 0: not known.
std::size_t largest_cache_bytes();

/// Bytes that this node can still give to programs without swapping; 0: not known.
std::size_t available_memory_bytes();

}  // namespace sextant::comm
