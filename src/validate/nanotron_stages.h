#pragma once

#include <vector>

#include "sextant/training/transformer.h"

namespace sextant::validate {

/// Layers of each pipeline stage as nanotron cuts them (models/base.py, build_model): blocks go to
/// a stage until its share of the cost is exceeded, where a layer costs its matrices and the head
/// vocabulary · hidden. It gives early stages more layers than a fair cut. An inner stage that it
/// leaves without layers takes one of the stage before.
std::vector<int> nanotron_stages(const Transformer& model, int stages);

/// How many of the stages get a block at all: a layer, the norm, the head or the loss behind them.
int nanotron_stages_used(const Transformer& model, int stages);

}  // namespace sextant::validate
