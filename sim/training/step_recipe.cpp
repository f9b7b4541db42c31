#include "sextant/training/step_recipe.h"

#include <array>
#include <map>
#include <tuple>
#include <utility>

#include "sextant/kernel/assert.h"
#include "sextant/training/stage_cut.h"
#include "stages.h"
#include "step_graph.h"
#include "work_items.h"

namespace sextant {
namespace {

using OperationId = OperationGraph::OperationId;

/// The items of an operation, from what it is.
class RecipeBook {
 public:
  RecipeBook(const StepInputs& inputs, const Calibration& calibration)
      : inputs_(inputs),
        model_(inputs, calibration, use_),
        lister_(inputs, calibration.software.at(inputs.software.framework), model_),
        stages_(cut_stages(inputs)),
        embedding_(lister_.embedding()),
        head_(lister_.head()) {
    for (LayerKind kind : kLayerKinds) {
      if (kind == LayerKind::kExpert && !inputs.model.experts) continue;
      layers_[static_cast<std::size_t>(kind)] = lister_.layer(kind);
    }
  }
  RecipeBook(const RecipeBook&) = delete;  // the work model knows where `use_` is
  RecipeBook& operator=(const RecipeBook&) = delete;

  /// @param allowance seconds that a pass loses to collectives beside it
  WorkItems items(int rank, const OperationLabel& label, const LayerParameters& parameters,
                  double allowance) const {
    switch (label.kind) {
      case OperationKind::kForward:
        return with_allowance(pass(rank, label).forward, allowance);
      case OperationKind::kBackward:
        return with_allowance(pass(rank, label).backward, allowance);
      case OperationKind::kWeightGradients:
        return with_allowance(pass(rank, label).weights, allowance);
      case OperationKind::kGatherParameters:
        return lister_.gather_parameters(parameters);
      case OperationKind::kReduceGradients:
        return lister_.reduce_gradients(parameters);
      case OperationKind::kSendActivations:
      case OperationKind::kSendGradients:
        return lister_.message();
      case OperationKind::kReduceTiedEmbeddings:
        return lister_.tie_embeddings();
      case OperationKind::kGradientNorm:
        return lister_.norm_all_reduce();
      case OperationKind::kOptimizer:
        return lister_.optimizer(parameters);
      case OperationKind::kJoin:
        break;
    }
    return {};
  }

 private:
  const PassItems& layer(LayerKind kind) const { return layers_[static_cast<std::size_t>(kind)]; }

  /// One layer, the embedding or the head; or all that a virtual stage has.
  PassItems pass(int rank, const OperationLabel& label) const {
    if (label.layer == OperationLabel::kEmbedding) return embedding_;
    if (label.layer == OperationLabel::kHead) return head_;
    if (label.layer >= 0) {
      return layer(inputs_.model.has_experts(label.layer) ? LayerKind::kExpert : LayerKind::kDense);
    }
    const int index = label.chunk * inputs_.layout.pipeline + rank;
    const VirtualStage& stage = stages_[static_cast<std::size_t>(index)];
    PassItems all;
    if (stage.embedding) all.add(embedding_, 1.0);
    for (LayerKind kind : kLayerKinds) {
      const int layers = stage.count(kind);
      if (layers > 0) all.add(layer(kind), layers);
    }
    if (stage.head) all.add(head_, 1.0);
    return all;
  }

  static WorkItems with_allowance(WorkItems items, double allowance) {
    if (allowance <= 0.0) return items;
    WorkItem item;
    item.kind = WorkItem::Kind::kAllowance;
    item.part = StepPart::kDataParallel;
    item.seconds = allowance;
    items.push_back(item);
    return items;
  }

  const StepInputs& inputs_;
  CollectiveUse use_;
  WorkModel model_;
  WorkLister lister_;
  std::vector<VirtualStage> stages_;
  PassItems embedding_, head_;
  std::array<PassItems, kLayerKinds.size()> layers_;
};

/// The rank of each operation in the folded graph.
std::vector<int> ranks_of(const OperationGraph& graph) {
  using Stream = OperationGraph::Stream;
  std::vector<int> ranks(graph.size());
  for (int rank = 0; rank < graph.ranks(); ++rank) {
    for (Stream stream :
         {Stream::kCompute, Stream::kCollective, Stream::kSendForward, Stream::kSendBackward}) {
      for (OperationId id : graph.on_stream(rank, stream)) {
        ranks[static_cast<std::size_t>(id)] = rank;
      }
    }
  }
  return ranks;
}

std::vector<std::string> hidden_work(const StepInputs& inputs) {
  const Layout& layout = inputs.layout;
  std::vector<std::string> hidden;
  const auto add = [&](bool has, const char* what) {
    if (has) hidden.emplace_back(what);
  };
  add(inputs.software.tensor_overlap && layout.tensor > 1,
      "tensor-parallel collectives run behind their GEMMs (software.tensor_overlap)");
  add(inputs.software.expert_overlap && layout.expert > 1,
      "all-to-alls of experts run behind other work (software.expert_overlap)");
  add(layout.context > 1 && layout.context_exchange == ContextExchange::kRing,
      "keys and values go around the ring of context ranks behind attention");
  add(layout.offload == Offload::kOptimizer, "the optimizer's update runs in host memory");
  return hidden;
}

}  // namespace

StepRecipe step_recipe(const StepInputs& inputs, const Calibration& calibration) {
  if (inputs.layout.stage_cut()) return step_recipe(cut_as_asked(inputs, calibration), calibration);
  CollectiveUse use;
  StepNotes notes;
  OperationGraph graph = build_step_graph(inputs, calibration, use, &notes);
  OperationGraph::Timeline timeline = graph.replay();
  StepRecipe recipe{std::move(graph),   std::move(timeline), std::move(notes.labels), {}, {},
                    hidden_work(inputs)};

  // Operations that differ in their microbatch only do the same.
  using Key = std::tuple<int, OperationKind, std::int32_t, std::int32_t, double, double>;
  std::map<Key, std::int32_t> known;
  const RecipeBook book(inputs, calibration);
  const std::vector<int> ranks = ranks_of(recipe.graph);
  for (std::size_t i = 0; i < recipe.graph.size(); ++i) {
    const OperationLabel& label = recipe.labels[i];
    const LayerParameters& size = notes.parameters[i];
    const Key key{ranks[i], label.kind, label.chunk, label.layer, size.common, size.routed};
    const auto [entry, is_new] =
        known.try_emplace(key, static_cast<std::int32_t>(recipe.works.size()));
    if (is_new) {
      const PartTimes& parts = recipe.graph.parts_of(static_cast<OperationId>(i));
      recipe.works.push_back(book.items(ranks[i], label, size, parts[StepPart::kDataParallel]));
    }
    recipe.work_of.push_back(entry->second);
  }
  return recipe;
}

}  // namespace sextant
