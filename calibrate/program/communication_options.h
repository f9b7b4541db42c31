#pragma once

#include <boost/program_options/options_description.hpp>
#include <string>

#include "calibrate/comm/backends.h"
#include "calibrate/comm/suites.h"
#include "calibrate/program/arguments.h"

namespace sextant::program {

/// --backend, --provider, --rail, --rma.
void declare_backend(boost::program_options::options_description& options);

/// Without --backend its name is empty: chosen_backend() finds one. @throws UsageError
comm::BackendOptions backend_options(const Arguments& arguments);

/// That, or without --backend what training uses here: nccl where the build and the root's node
/// have it, else mpi. All ranks call it, and use the same.
comm::BackendOptions chosen_backend(const Arguments& arguments, const comm::World& world);

/// --layout. @throws UsageError
Layout read_layout(const std::string& text);

/// --operations. @throws UsageError
std::vector<ingest::Operation> read_operations(const std::vector<std::string>& names);

}  // namespace sextant::program
