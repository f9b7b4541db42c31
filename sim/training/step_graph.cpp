#include "step_graph.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "layer_work.h"
#include "schedule.h"
#include "sextant/kernel/assert.h"
#include "sextant/training/parameters.h"
#include "stages.h"

namespace sextant {
namespace {

using OperationId = OperationGraph::OperationId;
using Stream = OperationGraph::Stream;
using Kind = OperationKind;

/// Builds the folded operation graph of a step: per pipeline rank its passes in schedule order,
/// transfers to its neighbours, data-parallel collectives, and the optimizer behind a barrier for
/// the gradient norm.
class StepBuilder {
 public:
  StepBuilder(const StepInputs& inputs, const Calibration& calibration, CollectiveUse& use,
              StepNotes* notes)
      : inputs_(inputs),
        notes_(notes),
        work_(inputs, calibration, use),
        stages_(cut_stages(inputs)),
        shape_(pipeline_shape(inputs)),
        ranks_(shape_.ranks),
        chunks_(shape_.chunks),
        microbatches_(shape_.microbatches),
        weights_apart_(shape_.schedule == Schedule::kZeroBubble),
        sharded_parameters_(inputs.layout.zero == 3),
        reduces_every_pass_(inputs.layout.zero >= 2),
        graph_(ranks_),
        passes_(static_cast<std::size_t>(kPassKinds * ranks_ * chunks_ * microbatches_)) {}

  OperationGraph build() {
    graph_.reserve(2 * passes_.size());  // most passes are one operation and one transfer
    register_works();
    for (int rank = 0; rank < ranks_; ++rank) add_rank(rank);
    if (ranks_ > 1) connect_stages();
    finish_step();
    return std::move(graph_);
  }

 private:
  /// First and last operation of a pass.
  struct PassOperations {
    OperationId first = OperationGraph::kNone;
    OperationId last = OperationGraph::kNone;
  };

  static constexpr std::int32_t kNoWork = -1;
  struct Works {
    std::int32_t forward, backward, weights;
    std::int32_t of(PassKind kind) const {
      return kind == PassKind::kForward    ? forward
             : kind == PassKind::kBackward ? backward
                                           : weights;
    }
  };
  /// A layer whose collectives run behind the work of its neighbours.
  struct LayerWorks {
    std::int32_t forward, backward, weights;
    LayerParameters reduced, gathered;
  };

  /// Adds an operation, and says what it is where somebody asks.
  OperationId add(const OperationLabel& label, int rank, Stream stream, std::int32_t work,
                  OperationId waits_for = OperationGraph::kNone,
                  const LayerParameters& parameters = {}) {
    if (notes_ != nullptr) {
      notes_->labels.push_back(label);
      notes_->parameters.push_back(parameters);
    }
    return graph_.add(rank, stream, work, waits_for);
  }

  static Kind kind_of(const Pass& step) {
    return step.kind == PassKind::kForward    ? Kind::kForward
           : step.kind == PassKind::kBackward ? Kind::kBackward
                                              : Kind::kWeightGradients;
  }
  /// Number of a stage's first layer in the model; only labels need it.
  int first_layer(int index) const {
    if (notes_ == nullptr) return 0;
    std::size_t layers = 0;
    for (int before = 0; before < index; ++before) layers += stage(before).layers.size();
    return static_cast<int>(layers);
  }

  static std::size_t index_of(LayerKind kind) { return static_cast<std::size_t>(kind); }
  int virtual_stage(int rank, int chunk) const { return chunk * ranks_ + rank; }
  const VirtualStage& stage(int index) const { return stages_[static_cast<std::size_t>(index)]; }

  PassOperations& pass(PassKind kind, int index, int microbatch) {
    const int position =
        (static_cast<int>(kind) * ranks_ * chunks_ + index) * microbatches_ + microbatch;
    return passes_[static_cast<std::size_t>(position)];
  }

  std::int32_t add_part(StepPart part, Seconds time) {
    PartTimes parts;
    parts[part] = time.si();
    return graph_.add_work(parts);
  }

  Works add_works(const PassWork& work) {
    return {graph_.add_work(work.forward), graph_.add_work(work.backward),
            graph_.add_work(work.weights)};
  }

  /// Works of whole passes by virtual stage, of single layers with and without an overlapped
  /// collective, and of collectives.
  void register_works() {
    const PassWork embedding = work_.embedding();
    const PassWork head = work_.head();
    embedding_ = add_works(embedding);
    head_ = add_works(head);
    std::array<PassWork, kLayerKinds.size()> layer;
    for (LayerKind kind : kLayerKinds) {
      if (kind == LayerKind::kExpert && !inputs_.model.experts) continue;
      layer[index_of(kind)] = work_.layer(kind);
      layers_[index_of(kind)] = add_layer_works(layer[index_of(kind)], kind);
    }
    for (const VirtualStage& stage : stages_) {
      PassWork sum;
      for (LayerKind kind : kLayerKinds) {
        add_times(sum, layer[index_of(kind)], stage.count(kind));
      }
      if (stage.embedding) add_times(sum, embedding, 1);
      if (stage.head) add_times(sum, head, 1);
      pass_works_.push_back(add_works(sum));
    }
    const RankParameters end = end_on_rank(inputs_);
    reduced_end_ = end.trained;
    gathered_end_ = sharded_parameters_ ? end.all : end.trained;
  }

  static void add_times(PassWork& sum, const PassWork& work, int times) {
    sum.forward += work.forward * times;
    sum.backward += work.backward * times;
    sum.weights += work.weights * times;
  }

  LayerWorks add_layer_works(const PassWork& layer, LayerKind kind) {
    const RankParameters size = layer_on_rank(inputs_, kind);
    LayerWorks works;
    works.reduced = size.trained;
    works.gathered = sharded_parameters_ ? size.all : size.trained;
    const Seconds reduce = work_.reduce_share(works.reduced);
    const Seconds gather = work_.gather_share(work_.gathered_forward(works.gathered));
    // Both slow each other down only while both run.
    const auto with_overlap = [&](PartTimes parts, Seconds communication) {
      const double together = std::min(communication.si(), parts.total());
      parts[StepPart::kDataParallel] += work_.overlap_cost() * together;
      return graph_.add_work(parts);
    };
    works.forward = with_overlap(layer.forward, gather);
    const Seconds gather_again =
        sharded_parameters_ ? work_.gather_share(works.gathered) : Seconds(0);
    works.backward =
        with_overlap(layer.backward, weights_apart_ ? gather_again : gather_again + reduce);
    works.weights = with_overlap(layer.weights, weights_apart_ ? reduce : Seconds(0));
    return works;
  }

  /// Work of exchanging so many parameters; those of equal size share it.
  std::int32_t exchange_work(std::map<std::pair<double, double>, std::int32_t>& known,
                             const LayerParameters& size,
                             Seconds (WorkModel::*exchange)(const LayerParameters&) const) {
    const auto [entry, is_new] = known.try_emplace({size.common, size.routed}, kNoWork);
    if (is_new) entry->second = add_part(StepPart::kDataParallel, (work_.*exchange)(size));
    return entry->second;
  }
  std::int32_t reduce_work(const LayerParameters& size) {
    return exchange_work(reduce_works_, size, &WorkModel::reduce_gradients);
  }
  std::int32_t gather_work(const LayerParameters& size) {
    return exchange_work(gather_works_, size, &WorkModel::gather_parameters);
  }

  void add_rank(int rank) {
    previous_layer_ = before_previous_layer_ = OperationGraph::kNone;
    for (const Pass& step : pipeline_order(rank, shape_)) {
      const int index = virtual_stage(rank, step.chunk);
      PassOperations& operations = pass(step.kind, index, step.microbatch);
      if (needs_layers(step)) {
        operations = add_pass_by_layers(rank, index, step);
      } else {
        const Works& works = pass_works_[static_cast<std::size_t>(index)];
        const OperationId id = add({kind_of(step), step.microbatch, step.chunk}, rank,
                                   Stream::kCompute, works.of(step.kind));
        operations = {id, id};
      }
    }
  }

  bool first_forward(const Pass& step) const {
    return step.kind == PassKind::kForward && step.microbatch == 0;
  }
  bool makes_weight_gradients(const Pass& step) const {
    return step.kind == (weights_apart_ ? PassKind::kWeights : PassKind::kBackward);
  }
  bool completes_gradients(const Pass& step) const {
    return makes_weight_gradients(step) && step.microbatch == microbatches_ - 1;
  }

  /// Passes in which parameters are gathered or gradients reduced layer by layer.
  bool needs_layers(const Pass& step) const {
    if (sharded_parameters_) return true;
    if (makes_weight_gradients(step) && reduces_every_pass_) return true;
    return (first_forward(step) && inputs_.layout.zero >= 1 && inputs_.software.gather_overlap) ||
           (completes_gradients(step) && inputs_.software.data_overlap);
  }

  PassOperations add_pass_by_layers(int rank, int index, const Pass& step) {
    return step.kind == PassKind::kForward ? add_forward_by_layers(rank, index, step)
                                           : add_backward_by_layers(rank, index, step);
  }

  /// Forward pass, layer by layer: parameters of the next bucket, or layer, are gathered behind the
  /// work of this one.
  PassOperations add_forward_by_layers(int rank, int index, const Pass& step) {
    struct Piece {
      std::int32_t work;
      LayerParameters gathered;
      std::int32_t layer;  ///< as in OperationLabel
    };
    const VirtualStage& here = stage(index);
    std::vector<Piece> pieces;
    if (here.embedding) {
      pieces.push_back({embedding_.forward, gathered_end_, OperationLabel::kEmbedding});
    }
    int number = first_layer(index);
    for (LayerKind kind : here.layers) {
      const LayerWorks& layer = layers_[index_of(kind)];
      pieces.push_back({layer.forward, layer.gathered, number++});
    }
    if (here.head) pieces.push_back({head_.forward, gathered_end_, OperationLabel::kHead});

    PassOperations operations;
    for (std::size_t i = 0; i < pieces.size();) {
      LayerParameters bucket;
      std::size_t end = i;
      do bucket += work_.gathered_forward(pieces[end++].gathered);
      while (end < pieces.size() && bucket.total() < work_.gather_bucket());
      OperationId gathered = add_gather(rank, bucket,
                                        {Kind::kGatherParameters, step.microbatch, step.chunk,
                                         pieces[i].layer, pieces[end - 1].layer});
      for (; i < end; ++i) {
        const OperationLabel label{Kind::kForward, step.microbatch, step.chunk, pieces[i].layer};
        const OperationId id = add(label, rank, Stream::kCompute, pieces[i].work, gathered);
        if (operations.first == OperationGraph::kNone) operations.first = id;
        operations.last = id;
        if (label.layer >= 0) previous_layer_ = id;
      }
    }
    return operations;
  }

  /// A gather on the collective stream. With ZeRO-3 the memory for the parameters of two layers
  /// is there, so it starts no earlier than the work before the last one has ended.
  OperationId add_gather(int rank, const LayerParameters& gathered, OperationLabel label) {
    if (!sharded_parameters_) label.microbatch = OperationLabel::kNone;  // gathered for all
    const OperationId id = add(label, rank, Stream::kCollective, gather_work(gathered),
                               OperationGraph::kNone, gathered);
    if (sharded_parameters_ && before_previous_layer_ != OperationGraph::kNone) {
      graph_.wait(id, before_previous_layer_);
    }
    before_previous_layer_ = previous_layer_;
    return id;
  }

  /// Backward pass, or the weights' gradients apart, layer by layer: gradients of a bucket, or
  /// layer, are reduced behind the work of the next. Sharded parameters of the next layer are
  /// gathered first, as PyTorch's FSDP and DeepSpeed prefetch them: behind a reduction they would
  /// come too late.
  PassOperations add_backward_by_layers(int rank, int index, const Pass& step) {
    struct Piece {
      std::int32_t work;
      LayerParameters gathered, reduced;
      std::int32_t layer;  ///< as in OperationLabel
    };
    const VirtualStage& here = stage(index);
    std::vector<Piece> pieces;
    // The gradient of a tied head is complete only with the embedding's.
    const LayerParameters head = head_has_weights(inputs_, here) ? reduced_end_ : LayerParameters{};
    if (here.head) {
      pieces.push_back({head_.of(step.kind), gathered_end_, head, OperationLabel::kHead});
    }
    int number = first_layer(index) + static_cast<int>(here.layers.size());
    for (auto kind = here.layers.rbegin(); kind != here.layers.rend(); ++kind) {
      const LayerWorks& layer = layers_[index_of(*kind)];
      pieces.push_back({step.kind == PassKind::kWeights ? layer.weights : layer.backward,
                        layer.gathered, layer.reduced, --number});
    }
    if (here.embedding) {
      pieces.push_back(
          {embedding_.of(step.kind), gathered_end_, reduced_end_, OperationLabel::kEmbedding});
    }

    const bool reduces =
        makes_weight_gradients(step) && (reduces_every_pass_ || completes_gradients(step));
    const auto label = [&](Kind kind, std::size_t piece) {
      return OperationLabel{kind, step.microbatch, step.chunk, pieces[piece].layer};
    };
    const auto gather = [&](std::size_t piece) {
      if (!sharded_parameters_ || piece >= pieces.size()) return OperationGraph::kNone;
      return add_gather(rank, pieces[piece].gathered, label(Kind::kGatherParameters, piece));
    };
    PassOperations operations;
    OperationId gathered = gather(0);
    LayerParameters bucket;
    std::size_t first = 0;  // in the bucket
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      const OperationId id =
          add(label(kind_of(step), i), rank, Stream::kCompute, pieces[i].work, gathered);
      if (operations.first == OperationGraph::kNone) operations.first = id;
      operations.last = id;
      previous_layer_ = id;
      gathered = gather(i + 1);
      bucket += pieces[i].reduced;
      const bool full = bucket.total() >= work_.reduce_bucket() || i + 1 == pieces.size();
      if (reduces && full && bucket.total() > 0.0) {
        OperationLabel reduced = label(Kind::kReduceGradients, first);
        reduced.to = pieces[i].layer;
        if (!reduces_every_pass_) reduced.microbatch = OperationLabel::kNone;  // of all together
        add(reduced, rank, Stream::kCollective, reduce_work(bucket), id, bucket);
        bucket = {};
        first = i + 1;
      }
    }
    return operations;
  }

  /// Activations forward and gradients backward between consecutive virtual stages.
  void connect_stages() {
    const std::int32_t transfer = add_part(StepPart::kPipelineTransfer, work_.pipeline_transfer());
    const int last_stage = ranks_ * chunks_ - 1;
    for (int rank = 0; rank < ranks_; ++rank) {
      for (const Pass& step : pipeline_order(rank, shape_)) {
        if (step.kind == PassKind::kWeights) continue;
        const bool forward = step.kind == PassKind::kForward;
        const int index = virtual_stage(rank, step.chunk);
        const int next = forward ? index + 1 : index - 1;
        if (next < 0 || next > last_stage) continue;
        const Stream stream = forward ? Stream::kSendForward : Stream::kSendBackward;
        const OperationId sent = add(
            {forward ? Kind::kSendActivations : Kind::kSendGradients, step.microbatch, step.chunk},
            rank, stream, transfer, pass(step.kind, index, step.microbatch).last);
        graph_.wait(pass(step.kind, next, step.microbatch).first, sent);
      }
    }
  }

  /// Reductions that were not overlapped, the gradient norm over all ranks, the optimizer, and
  /// the gather of updated parameters where the next step does not hide it.
  void finish_step() {
    const std::int32_t norm = add_part(StepPart::kDataParallel, work_.norm_all_reduce());
    const std::int32_t nothing = add_part(StepPart::kOther, Seconds(0));
    OperationId joined = OperationGraph::kNone;
    for (int rank = 0; rank < ranks_; ++rank) {
      if (!reduces_every_pass_ && !inputs_.software.data_overlap) {
        const LayerParameters all = rank_parameters(rank);
        add_exposed(Kind::kReduceGradients, rank, work_.reduce_gradients(all), all);
      }
      if (rank == 0 || rank == ranks_ - 1) {
        add_exposed(Kind::kReduceTiedEmbeddings, rank, work_.tie_embeddings());
      }
      // The join waits for the rank's collectives and, through its stream, for its compute.
      const OperationId reduced = add({}, rank, Stream::kCollective, nothing);
      const OperationId ready = add({}, rank, Stream::kCompute, nothing, reduced);
      const OperationId join = add({}, 0, Stream::kCollective, nothing, ready);
      joined = join;
    }
    const OperationId norm_known = add({Kind::kGradientNorm}, 0, Stream::kCollective, norm, joined);
    for (int rank = 0; rank < ranks_; ++rank) {
      const LayerParameters parameters = rank_parameters(rank);
      const OperationId updated =
          add({Kind::kOptimizer}, rank, Stream::kCompute,
              add_part(StepPart::kOptimizer, work_.optimizer(parameters)), norm_known, parameters);
      if (inputs_.layout.zero >= 1 && !sharded_parameters_ && !inputs_.software.gather_overlap) {
        add({Kind::kGatherParameters}, rank, Stream::kCompute,
            add_part(StepPart::kDataParallel, work_.gather_parameters(parameters)), updated,
            parameters);
      }
    }
  }

  void add_exposed(Kind kind, int rank, Seconds time, const LayerParameters& parameters = {}) {
    if (time <= Seconds(0)) return;
    add({kind}, rank, Stream::kCompute, add_part(StepPart::kDataParallel, time),
        OperationGraph::kNone, parameters);
  }

  /// What a rank trains.
  LayerParameters rank_parameters(int rank) const {
    RankParameters parameters;
    for (int chunk = 0; chunk < chunks_; ++chunk) {
      parameters += stage_on_rank(inputs_, stage(virtual_stage(rank, chunk)));
    }
    return parameters.trained;
  }

  const StepInputs& inputs_;
  StepNotes* notes_;  ///< on every operation, or null
  WorkModel work_;
  std::vector<VirtualStage> stages_;
  PipelineShape shape_;
  int ranks_, chunks_, microbatches_;
  bool weights_apart_;  ///< the schedule runs the weights' gradients as passes of their own
  bool sharded_parameters_;
  bool reduces_every_pass_;  ///< sharded gradients leave no place to add up microbatches
  OperationGraph graph_;
  std::vector<PassOperations> passes_;
  std::array<LayerWorks, kLayerKinds.size()> layers_{};
  std::vector<Works> pass_works_;
  Works embedding_{}, head_{};
  LayerParameters reduced_end_, gathered_end_;  ///< of the embedding, or the head
  std::map<std::pair<double, double>, std::int32_t> reduce_works_, gather_works_;
  OperationId previous_layer_ = OperationGraph::kNone;
  OperationId before_previous_layer_ = OperationGraph::kNone;
};

}  // namespace

OperationGraph build_step_graph(const StepInputs& inputs, const Calibration& calibration,
                                CollectiveUse& use, StepNotes* notes) {
  SEXTANT_ASSERT(layout_faults(inputs).empty(), "layout: {}", layout_faults(inputs).front());
  return StepBuilder(inputs, calibration, use, notes).build();
}

}  // namespace sextant
