#pragma once

#include <cstdint>
#include <optional>

#include "sextant/kernel/quantity.h"
#include "sextant/training/layout.h"
#include "sextant/training/software.h"

namespace sextant::scenario {

/// The work: what one step is, and how many there are.
struct TrainingPlan {
  std::optional<double> tokens;     ///< train on so many tokens …
  std::optional<Seconds> duration;  ///< … or for so long; exactly one is given
  std::int64_t sequence_length = 0;
  std::int64_t global_batch = 0;
  Precision precision = Precision::kBf16;
  Layout layout;
  Software software;
};

template <class Archive>
void visit(Archive& a, TrainingPlan& s) {
  a.object("training", "The work: what one step is, and how many there are.");
  a.field("tokens", s.tokens, {.doc = "Tokens to train on; or give the duration", .min = 1});
  a.field("duration", s.duration,
          {.doc = "Wall-clock time to train for; or give the tokens", .min = 1});
  a.field("sequence_length", s.sequence_length,
          {.doc = "Tokens per sequence", .min = 1, .max = 1e9, .required = true});
  a.field("global_batch", s.global_batch,
          {.doc = "Sequences per step", .min = 1, .max = 1e9, .required = true});
  a.field("precision", s.precision, {.doc = "Number format of the matrix products"});
  a.field("layout", s.layout, {.doc = "How the model and the batch are cut over ranks"});
  a.field("software", s.software, {.doc = "What the training software does"});
}

}  // namespace sextant::scenario
