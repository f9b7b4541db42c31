#pragma once

#include <string>
#include <string_view>

#include "calibrate/ingest/collective_row.h"

namespace sextant::ingest {

/// The word of a line that ends in _perf, with its suffix: "all_reduce_perf_mpi"; else empty.
std::string_view program_name(std::string_view text);

/// Programs of nccl-tests that measure what Sextant has no model of.
bool is_foreign_collective(std::string_view program);

/// What a program of nccl-tests, named with its options, says of a run. False if the text names
/// none.
bool take_program(std::string_view command, RunFacts& facts, Environment& environment);

/// Sets the collective to that of a program's name.
void set_operation(std::string_view program, RunFacts& facts);

/// "2.26.2" for 22602.
std::string nccl_version_text(int number);

std::string one_rank_warning(int runs);

inline constexpr std::string_view kCpuTime =
    "-C 1 prints how long the host's calls take, not the collective";

}  // namespace sextant::ingest
