#pragma once

#include <boost/container/static_vector.hpp>

#include "sextant/training/parameters.h"
#include "sextant/training/step_inputs.h"

namespace sextant {

/// One linear map of a layer, as one rank computes it for a microbatch: tokens × in times in × out,
/// for each of `matrices` (experts) of that shape.
struct Linear {
  double tokens = 0, in = 0, out = 0;
  double matrices = 1;
  bool frozen = false;  ///< no weight gradient
};

/// Tokens of a microbatch on one context-parallel rank.
double microbatch_tokens(const StepInputs& inputs);

/// Token-expert pairs that a rank computes per microbatch: tokens · top_k · expert_tensor / tensor,
/// times the capacity factor, or the imbalance where nothing is dropped.
double routed_tokens(const StepInputs& inputs);

/// Width of queries, or of keys, of all heads together.
double query_width(const Transformer& model);
double key_width(const Transformer& model);

/// The linear maps of a layer, adapters included, in the order in which the forward pass does them.
/// With adapters at most 22: nine of latent attention, a router, six of routed experts and six of
/// shared ones.
struct LayerShapes {
  boost::container::static_vector<Linear, 24> linears;
  std::size_t attention = 0;  ///< how many of them belong to the attention block
  double activated = 0;       ///< elements behind the activation of the feed-forward block
};
LayerShapes layer_shapes(const StepInputs& inputs, LayerKind kind);

}  // namespace sextant
