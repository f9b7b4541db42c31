#pragma once

#include "calibrate/comm/backends.h"
#include "calibrate/comm/session.h"
#include "calibrate/comm/suites.h"

namespace sextant::program {

/// Measures with one back end, which is set up under the session's watch.
void measure_with(comm::Session& session, const comm::BackendOptions& backend,
                  const comm::CommunicationOptions& options);

/// Measures with every card of the root's node by itself, the same on all nodes, one after the
/// other; samples are flagged "rail:NAME". Messages only, unless operations are asked for.
/// @throws CommError if there is no card
void measure_every_rail(comm::Session& session, const comm::BackendOptions& backend,
                        comm::CommunicationOptions options);

}  // namespace sextant::program
