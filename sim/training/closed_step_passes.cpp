#include "closed_step_passes.h"

#include <algorithm>

namespace sextant {
namespace {

PassSeconds seconds_of(const PassWork& work) {
  return {work.forward.total(), work.backward.total(), work.weights.total()};
}

void add_times(PassSeconds& sum, const PassSeconds& piece, int times) {
  sum.forward += piece.forward * times;
  sum.backward += piece.backward * times;
  sum.weights += piece.weights * times;
}

}  // namespace

double ClosedPasses::ExchangeTimes::of(const WorkModel& work, const LayerParameters& size) {
  for (std::size_t i = 0; i < count_; ++i) {
    const Known& known = known_[i];
    if (known.size.common == size.common && known.size.routed == size.routed) return known.seconds;
  }
  Known& place = known_[count_ < known_.size() ? count_++ : 0];
  place = {size, (work.*exchange_)(size).si()};
  return place.seconds;
}

ClosedPasses::ClosedPasses(const StepInputs& inputs, const Calibration& calibration)
    : inputs_(inputs),
      work_(inputs, calibration, use_),
      weights_apart_(inputs.layout.pipeline_schedule() == Schedule::kZeroBubble),
      sharded_parameters_(inputs.layout.zero == 3),
      reduces_every_pass_(inputs.layout.zero >= 2),
      gathers_first_(inputs.layout.zero >= 1 && inputs.software.gather_overlap),
      microbatches_(inputs.microbatches()),
      stages_(inputs.layout.pipeline * inputs.layout.virtual_stages),
      reducing_(weights_apart_ ? PassKind::kWeights : PassKind::kBackward),
      reduced_from_(reduces_every_pass_ ? 0 : microbatches_ - 1) {
  find_layered_passes();
  const std::int64_t experts = inputs.model.expert_layers();
  if (experts < inputs.model.layers) layers_[0] = layer_piece(LayerKind::kDense);
  if (experts > 0) layers_[1] = layer_piece(LayerKind::kExpert);
  embedding_ = end_piece(work_.embedding(), true);
  // The gradient of a tied head is complete only with the embedding's.
  head_ = end_piece(work_.head(), head_has_weights(inputs));
}

void ClosedPasses::find_layered_passes() {
  if (sharded_parameters_) {
    layered_.fill({.up_to = microbatches_});
    return;
  }
  if (gathers_first_) layered_[static_cast<std::size_t>(PassKind::kForward)].up_to = 0;
  if (reduces_every_pass_ || inputs_.software.data_overlap) {
    layered_[static_cast<std::size_t>(reducing_)].from = reduced_from_;
  }
}

ClosedPasses::Piece ClosedPasses::end_piece(const PassWork& work, bool has_weights) const {
  const RankParameters size = end_on_rank(inputs_);
  return {.alone = seconds_of(work),
          .overlapped = seconds_of(work),
          .gathered = gathered(size),
          .reduced = has_weights ? size.trained : LayerParameters{}};
}

/// Both slow each other down only while both run.
ClosedPasses::Piece ClosedPasses::layer_piece(LayerKind kind) const {
  const PassSeconds alone = seconds_of(work_.layer(kind));
  const RankParameters size = layer_on_rank(inputs_, kind);
  Piece piece{alone, alone, gathered(size), size.trained};
  const double reduce = work_.reduce_share(piece.reduced).si();
  const double gather = work_.gather_share(work_.gathered_forward(piece.gathered)).si();
  const auto beside = [this](double seconds, double communication) {
    return seconds + work_.overlap_cost() * std::min(communication, seconds);
  };
  const double gather_again = sharded_parameters_ ? work_.gather_share(piece.gathered).si() : 0.0;
  piece.overlapped = {
      .forward = beside(alone.forward, gather),
      .backward = beside(alone.backward, weights_apart_ ? gather_again : gather_again + reduce),
      .weights = beside(alone.weights, weights_apart_ ? reduce : 0.0)};
  return piece;
}

StagePasses ClosedPasses::stage(int index, int first_layer, int layers, const StagePasses* before) {
  StagePasses stage;
  stage.first_layer = first_layer;
  stage.layers = layers;
  stage.embedding = index == 0;
  stage.head = index == stages_ - 1;
  if (before && alike(stage, *before)) {
    stage.whole = before->whole;
    stage.first_step = before->first_step;
    stage.steps = before->steps;
    return stage;
  }
  int experts = 0;
  for (int layer = first_layer; layer < first_layer + layers; ++layer) {
    experts += inputs_.model.has_experts(layer) ? 1 : 0;
  }
  add_times(stage.whole, layers_[0].alone, layers - experts);
  add_times(stage.whole, layers_[1].alone, experts);
  if (stage.embedding) add_times(stage.whole, embedding_.alone, 1);
  if (stage.head) add_times(stage.whole, head_.alone, 1);
  add_steps(stage);
  return stage;
}

/// Whether both have the same pieces in the same order.
bool ClosedPasses::alike(const StagePasses& stage, const StagePasses& other) const {
  if (stage.layers != other.layers || stage.embedding || other.embedding || stage.head) {
    return false;
  }
  for (int i = 0; i < stage.layers; ++i) {
    if (inputs_.model.has_experts(stage.first_layer + i) !=
        inputs_.model.has_experts(other.first_layer + i)) {
      return false;
    }
  }
  return true;
}

const ClosedPasses::Piece& ClosedPasses::piece(const StagePasses& stage, int index) const {
  const int layer = index - (stage.embedding ? 1 : 0);
  if (layer < 0) return embedding_;
  if (layer >= stage.layers) return head_;
  return layers_[inputs_.model.has_experts(stage.first_layer + layer) ? 1 : 0];
}

void ClosedPasses::add_steps(StagePasses& stage) {
  stage.first_step = steps_.size();
  stage.steps = static_cast<std::size_t>(pieces(stage));
  for (int i = 0; i < pieces(stage); ++i) {
    const Piece& here = piece(stage, i);
    steps_.push_back(
        {.overlapped = here.overlapped, .is_layer = &here != &embedding_ && &here != &head_});
  }
  if (gathers_first_ || sharded_parameters_) add_gathers(stage);
  if (reduces_every_pass_ || inputs_.software.data_overlap) add_reductions(stage);
}

/// Before the forward pass of the first piece in each bucket. Sharded parameters of each piece are
/// gathered again.
void ClosedPasses::add_gathers(const StagePasses& stage) {
  const double smallest = work_.gather_bucket();
  const int count = pieces(stage);
  for (int i = 0; i < count;) {
    LayerStep& step = steps_[stage.first_step + static_cast<std::size_t>(i)];
    LayerParameters bucket;
    do bucket += work_.gathered_forward(piece(stage, i++).gathered);
    while (i < count && bucket.total() < smallest);
    step.gather = gather_.of(work_, bucket);
  }
  if (!sharded_parameters_) return;
  for (int i = 0; i < count; ++i) {
    steps_[stage.first_step + static_cast<std::size_t>(i)].gather_again =
        gather_.of(work_, piece(stage, i).gathered);
  }
}

/// After the backward pass of the piece that fills a bucket.
void ClosedPasses::add_reductions(const StagePasses& stage) {
  const double smallest = work_.reduce_bucket();
  LayerParameters bucket;
  for (int i = pieces(stage) - 1; i >= 0; --i) {
    bucket += piece(stage, i).reduced;
    if ((bucket.total() < smallest && i > 0) || bucket.total() == 0.0) continue;
    steps_[stage.first_step + static_cast<std::size_t>(i)].reduce = reduce_.of(work_, bucket);
    bucket = {};
  }
}

double ClosedPasses::reduced(const LayerParameters& trained, bool has_end, RankClock& clock) const {
  if (!reduces_every_pass_ && !inputs_.software.data_overlap) {
    clock.compute += work_.reduce_gradients(trained).si();
  }
  if (has_end) clock.compute += work_.tie_embeddings().si();
  return std::max(clock.compute, clock.collective);
}

double ClosedPasses::update(const LayerParameters& trained) const {
  double seconds = work_.optimizer(trained).si();
  if (inputs_.layout.zero >= 1 && !sharded_parameters_ && !inputs_.software.gather_overlap) {
    seconds += work_.gather_parameters(trained).si();
  }
  return seconds;
}

}  // namespace sextant
