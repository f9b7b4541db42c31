#include "calibrate/comm/backend.h"

namespace sextant::comm {

std::size_t granule(ingest::Operation operation, int ranks) {
  const bool of_all_ranks = operation == ingest::Operation::kAllGather ||
                            operation == ingest::Operation::kReduceScatter ||
                            operation == ingest::Operation::kAllToAll;
  return sizeof(float) * (of_all_ranks ? static_cast<std::size_t>(ranks) : 1);
}

}  // namespace sextant::comm
