#pragma once

#include <string>
#include <vector>

#include "calibrate/comm/backends.h"
#include "calibrate/comm/ofi/fabric.h"
#include "calibrate/comm/world.h"

namespace sextant::comm {

/// What a rank goes through.
struct Rail {
  InfoList list;                     ///< what libfabric offers here
  const fi_info* info = nullptr;     ///< the one of them that was chosen
  std::vector<std::string> of_node;  ///< the rails in use on the root's node, each once
  std::string note;                  ///< why this provider
};

/// Chooses the provider for all ranks and a rail for each: the root's best provider; of cards one
/// by local rank; of IP interfaces the one on the subnet that all nodes share.
/// @throws CommError on all ranks if one of them has not what is asked for
Rail agree_on_rail(const World& world, const BackendOptions& options);

}  // namespace sextant::comm
