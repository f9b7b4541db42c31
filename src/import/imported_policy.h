#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sextant/governance/admission_policy.h"
#include "src/io/diagnostics.h"
#include "src/io/node.h"

namespace sextant::importer {

/// The files that were read. Messages and trees point into them: they go last.
using Documents = std::vector<std::unique_ptr<io::Document>>;

/// What a policy says about the nodes behind a flavor. How many there are, and what they look like,
/// it does not say: AdmissionFlavor::nodes is 0 and a TopologyLevel's `nodes` is 1 until somebody
/// fills them in.
struct FlavorNodes {
  std::vector<std::pair<std::string, std::string>> labels;  ///< in the order of the file
  std::string instance_type;  ///< from the label of that name, "ml.p5.48xlarge"; empty: not given
};

/// A policy as it was understood. Its resources are sorted; flavors, queues and classes keep the
/// order of the file.
struct ImportedPolicy {
  AdmissionPolicy policy;
  std::vector<FlavorNodes> flavor_nodes;  ///< of policy.flavors, in their order
  /// What a reader of the forecast should know: what was inferred, and what is not simulated.
  std::vector<std::string> notes;
};

}  // namespace sextant::importer
