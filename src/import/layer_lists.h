#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sextant/training/transformer.h"

namespace sextant::importer {

/// The list that Megatron-LM's arguments take as an expression: "([0]*3+[1]*58)", "[1, 0]*4",
/// "[0,1,0,1]". Nothing for another expression, or for more than 100,000 elements.
std::optional<std::vector<int>> layer_pattern(std::string_view text);

/// The layers of each virtual stage in --pipeline-model-parallel-layout: "Et*3|(tt|)*2,tL": E the
/// embedding, t a layer, L the loss, | between stages. Nothing for another text.
std::optional<std::vector<int>> stage_pattern(std::string_view text);

/// `dense_layers` and `every` of a model whose layers have experts where the list has a 1. Nothing
/// if no two numbers say that.
std::optional<Experts> expert_pattern(const std::vector<int>& layers);

}  // namespace sextant::importer
