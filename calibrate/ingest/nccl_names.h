#pragma once

#include <string_view>

namespace sextant::ingest {

/// "ring" for "RING" or "Ring", "nvls_tree" for "NVLSTree" …; empty for what is none of NCCL's
/// algorithms, or more than one.
std::string_view algorithm_name(std::string_view text);

/// "ll128" for "LL128"; likewise.
std::string_view protocol_name(std::string_view text);

}  // namespace sextant::ingest
