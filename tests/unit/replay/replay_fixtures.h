#pragma once

#include "sextant/training/step_recipe.h"
#include "tests/support/step_fixtures.h"

namespace sextant::replay {

/// A pipeline of `stages`, twice as many microbatches, `data` replicas.
inline StepInputs pipeline(int stages, int data = 1) {
  StepInputs inputs = fixtures::inputs(stages * data);
  inputs.layout.pipeline = stages;
  inputs.layout.data = data;
  inputs.layout.zero = 0;
  inputs.global_batch = 2 * stages * data;
  return inputs;
}

inline StepRecipe recipe_of(const StepInputs& inputs) {
  return step_recipe(inputs, fixtures::calibration());
}

}  // namespace sextant::replay
