#pragma once

#include <cstdint>

#include "sextant/kernel/quantity.h"
#include "sextant/training/transformer.h"

namespace sextant {

/// Parameters of one transformer layer: attention h·(h + 2·kv) + h², feed-forward 2·h·f (3·h·f when
/// gated), two norms.
double layer_parameters(const Transformer& model);

/// Parameters of one embedding or output matrix.
double embedding_parameters(const Transformer& model);

/// All parameters of the model; an untied output head counts apart.
double total_parameters(const Transformer& model);

/// FLOPs of one training token without recomputation: 6 per weight of every matrix product, and
/// causal attention at 6·layers·hidden·sequence_length (the masked half is not counted).
/// @source Narayanan et al. 2021 (arXiv 2104.04473), with attention halved for the mask.
Flops model_flops_per_token(const Transformer& model, std::int64_t sequence_length);

}  // namespace sextant
