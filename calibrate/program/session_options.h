#pragma once

#include <boost/program_options/options_description.hpp>
#include <string>

#include "calibrate/comm/session.h"
#include "calibrate/program/arguments.h"

namespace sextant::program {

/// Options of every command that measures: where the document goes, how long it may take.
void declare_session(boost::program_options::options_description& options);

/// Reads them. @throws UsageError
comm::SessionOptions session_options(const Arguments& arguments);

/// Enters what the user says of the cluster.
void describe_cluster(const Arguments& arguments, comm::Session& session);

}  // namespace sextant::program
