#pragma once

#include <string>

#include "calibrate/ingest/measurement.h"

namespace sextant::ingest {

/// Null, or what sets a sample apart from the plain operation over all ranks of its nodes: it
/// measured a layout's group, several groups at once, one card, uneven parts, small files … Told by
/// the flags that `sextant-comm` writes. Samples that are set apart are for people and for replays:
/// no coefficient describes them, and no norm holds for them.
const char* set_apart(const Sample& sample);

/// Whose memory the buffers of a sample were in.
enum class Memory {
  kHost,    ///< the host's
  kDevice,  ///< an accelerator's
  kUnknown
};

/// From the document's condition "memory" (`host` or `device`), which `sextant-comm` writes; else
/// from its back end (`nccl` moves an accelerator's memory, `mpi` and `ofi` the host's); else from
/// the flags of OSU's benchmarks.
Memory memory_of(const Sample& sample, const Environment& environment);

/// A condition of the measurement; empty if the document does not state it.
std::string condition(const Environment& environment, const std::string& name);

}  // namespace sextant::ingest
