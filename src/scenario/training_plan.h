#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sextant/kernel/quantity.h"
#include "sextant/training/layout.h"
#include "sextant/training/software.h"
#include "sextant/training/tuning.h"

namespace sextant::scenario {

/// The global batch grows from `start` to the phase's own in equal steps of `increment`, each for
/// the same share of `sequences`: Megatron-LM's --rampup-batch-size.
struct BatchRamp {
  std::int64_t start = 0;
  std::int64_t increment = 0;
  std::int64_t sequences = 0;  ///< trained on when the batch has its full size
};

template <class Archive>
void visit(Archive& a, BatchRamp& s) {
  a.object("batch_ramp", "A global batch that grows in equal steps (rampup-batch-size).");
  a.field("start", s.start, {.doc = "Sequences of the first step", .min = 1, .required = true});
  a.field("increment", s.increment,
          {.doc = "Sequences by which the batch grows", .min = 1, .required = true});
  a.field("sequences", s.sequences,
          {.doc = "Sequences trained on until the batch is full",
           .min = 1,
           .max = 1e15,
           .required = true});
}

/// The batch from a point of the phase on.
struct BatchStage {
  double from_tokens = 0;
  std::int64_t global_batch = 0;
  std::optional<std::int64_t> sequence_length;
};

template <class Archive>
void visit(Archive& a, BatchStage& s) {
  a.object("batch_stage", "The batch from a point of the phase on.");
  a.field("from_tokens", s.from_tokens,
          {.doc = "Tokens of the phase after which it begins", .min = 0, .max = 1e18});
  a.field("global_batch", s.global_batch,
          {.doc = "Sequences per step", .min = 1, .max = 1e9, .required = true});
  a.field("sequence_length", s.sequence_length,
          {.doc = "Tokens per sequence; absent: the phase's", .min = 1, .max = 1e9});
}

/// Training stops every so many steps to pass forward over held-out data.
struct EvaluationPlan {
  std::int64_t every = 0;                 ///< steps
  std::optional<std::int64_t> sequences;  ///< of one evaluation …
  std::optional<std::int64_t> batches;    ///< … or global batches; exactly one is given
};

template <class Archive>
void visit(Archive& a, EvaluationPlan& s) {
  a.object("evaluation", "Pauses for forward passes over held-out data.");
  a.field(
      "every", s.every,
      {.doc = "Steps from one evaluation to the next", .min = 1, .max = 1e12, .required = true});
  a.field("sequences", s.sequences,
          {.doc = "Sequences of one evaluation; or give the batches", .min = 1, .max = 1e12});
  a.field("batches", s.batches,
          {.doc = "Global batches of one evaluation; or give the sequences", .min = 1, .max = 1e9});
}

/// A part of the work with a layout, a batch and a sequence length of its own.
struct PhasePlan {
  std::string name;
  std::optional<double> tokens;       ///< train on so many tokens …
  std::optional<std::int64_t> steps;  ///< … or for so many steps …
  std::optional<Seconds> duration;    ///< … or for so long; exactly one is given
  std::int64_t sequence_length = 0;
  std::int64_t global_batch = 0;
  std::optional<BatchRamp> batch_ramp;
  std::vector<BatchStage> batch_stages;  ///< instead of a ramp; empty: one batch
  Precision precision = Precision::kBf16;
  Layout layout;
  Software software;
  Tuning tuning;
  std::optional<EvaluationPlan> evaluation;
};

/// What a phase and the whole training have in common. `alone`: nothing else says it.
template <class Archive>
void visit_phase(Archive& a, PhasePlan& s, bool alone) {
  a.field("tokens", s.tokens,
          {.doc = "Tokens to train on; or give the steps or the duration", .min = 1});
  a.field("steps", s.steps,
          {.doc = "Steps to train for; or give the tokens or the duration", .min = 1, .max = 1e12});
  a.field("duration", s.duration,
          {.doc = "Wall-clock time to train for; or give the tokens or the steps", .min = 1});
  a.field("sequence_length", s.sequence_length,
          {.doc = "Tokens per sequence", .min = 1, .max = 1e9, .required = alone});
  a.field("global_batch", s.global_batch,
          {.doc = "Sequences per step", .min = 1, .max = 1e9, .required = alone});
  a.field("batch_ramp", s.batch_ramp, {.doc = "The batch grows in equal steps to its full size"});
  a.field("batch_stages", s.batch_stages,
          {.doc = "The batch changes at given tokens, and the sequence length with it"});
  a.field("precision", s.precision, {.doc = "Number format of the matrix products"});
  a.field("layout", s.layout, {.doc = "How the model and the batch are cut over ranks"});
  a.field("software", s.software, {.doc = "What the training software does"});
  a.field("tuning", s.tuning, {.doc = "How an existing model is tuned; absent: pre-training"});
  a.field("evaluation", s.evaluation, {.doc = "Pauses for evaluation; absent: none"});
}

template <class Archive>
void visit(Archive& a, PhasePlan& s) {
  a.object("phase",
           "A part of the work. What it does not say, it takes from `training`, objects member by "
           "member.");
  a.field("name", s.name, {.doc = "Name of the phase", .required = true});
  visit_phase(a, s, false);
}

/// The work: one phase, or a list of them. Of a list, each phase has been completed with what the
/// training says, once the file is read, and the training has no layout of its own any more.
struct TrainingPlan : PhasePlan {
  std::optional<double> stated_mfu;
  std::vector<PhasePlan> phases;

  /// The phases in order: those of the list, or the training itself as the only one.
  std::vector<const PhasePlan*> in_order() const {
    if (phases.empty()) return {this};
    std::vector<const PhasePlan*> list;
    for (const PhasePlan& phase : phases) list.push_back(&phase);
    return list;
  }
};

template <class Archive>
void visit(Archive& a, TrainingPlan& s) {
  a.object("training", "The work: what one step is, and how many there are.");
  visit_phase(a, s, true);
  a.field("stated_mfu", s.stated_mfu,
          {.doc = "Model FLOP/s utilisation for the ideal time; absent: the forecast's",
           .min = 0.001,
           .max = 1});
  a.field("phases", s.phases,
          {.doc = "Parts of the work with settings of their own; absent: all of it is one part"});
}

}  // namespace sextant::scenario
