#include <algorithm>

#include "layer_work.h"
#include "optimizer_state.h"
#include "stages.h"

namespace sextant {
namespace {

constexpr std::size_t kNormsOfALayer = 2;

/// How many layers of this size a bucket holds.
double layers_in(double bucket, const LayerParameters& layer) {
  return layer.total() > 0.0 ? std::max(1.0, bucket / layer.total()) : 1.0;
}

}  // namespace

/// Per pass: an all-reduce for the attention block and one for the feed-forward block, or as many
/// bytes in reduce-scatters and all-gathers with sequence parallelism. Overlap hides its share, but
/// not more than the GEMMs that it hides behind. Routed tokens go to all ranks that cut their
/// expert, without overlap.
Seconds WorkModel::tensor_communication(const LayerShapes& shapes, LayerKind kind,
                                        Seconds all_gemms) const {
  const bool experts = kind == LayerKind::kExpert;
  Seconds routed;
  if (experts) {
    const Bytes tokens(routed_tokens(inputs_) * hidden_ * element_);
    routed = network_.all_reduce(tokens, groups_.expert_tensor());
  }
  if (inputs_.layout.tensor == 1) return routed;
  const Bytes activations(tokens_ * hidden_ * element_);
  const bool one_block = experts && inputs_.model.experts->shared == 0;
  const Seconds late = crossing(groups_.tensor());
  const Seconds once = inputs_.layout.sequence_parallel
                           ? 2.0 * (network_.half_all_reduce(activations, groups_.tensor()) + late)
                           : network_.all_reduce(activations, groups_.tensor()) + late;
  const Seconds time = (one_block ? 1.0 : 2.0) * once;
  if (!inputs_.software.tensor_overlap) return time + routed;
  Seconds behind = all_gemms;
  if (experts) {
    behind = Seconds(0);
    for (std::size_t i = 0; i < shapes.attention; ++i) behind += gemms(shapes.linears[i]).forward;
  }
  return time - std::min(time * software_.tensor_overlap_hidden.value, behind) + routed;
}

/// Delay of one collective of the group that a layer waits for.
Seconds WorkModel::crossing(GroupPlacement group) const {
  if (group.nodes() == 1) return Seconds(0);
  const auto fabric = calibration_.fabrics.find(inputs_.node.fabric);
  const bool shared = inputs_.layout.pipeline > 1;
  const FabricCoefficients& network = fabric->second;
  return (shared ? network.shared_crossing.value : network.crossing.value) *
         static_cast<double>(group.nodes());
}

/// Per pass: tokens to their experts and back, each rank with its share of the sequence. Overlap
/// hides as much of it as of tensor-parallel communication.
Seconds WorkModel::expert_communication(LayerKind kind, Seconds forward_compute) const {
  if (kind == LayerKind::kDense) return Seconds(0);
  const Bytes tokens(routed_tokens(inputs_) / inputs_.layout.expert_tensor_ranks() * hidden_ *
                     element_);
  const Seconds time = 2.0 * network_.all_to_all(tokens, groups_.expert());
  if (!inputs_.software.expert_overlap) return time;
  return time - std::min(time * software_.tensor_overlap_hidden.value, forward_compute);
}

/// Ring: keys and values go around while attention works on the block that has arrived; what is
/// longer than that stays exposed. All-to-all: queries, keys, values and outputs change from a
/// share of the sequence to a share of the heads and back, before and after attention.
WorkModel::Passes WorkModel::context_communication(const Passes& attention) const {
  const double ranks = inputs_.layout.context;
  if (ranks == 1.0) return {};
  const double keys = key_width(inputs_.model);
  const double values = keys * static_cast<double>(inputs_.model.value_width()) /
                        static_cast<double>(inputs_.model.head_width());
  if (inputs_.layout.context_exchange == ContextExchange::kAllToAll) {
    const double outputs = static_cast<double>(inputs_.model.heads * inputs_.model.value_width());
    const double before = query_width(inputs_.model) + keys + values;
    const auto exchange = [&](double width) {
      return network_.all_to_all(Bytes(tokens_ * width / tensor_ * element_), groups_.context());
    };
    const Seconds time = exchange(before) + exchange(outputs);
    return {time, time, Seconds(0)};
  }
  const Bytes all_blocks((keys + values) / tensor_ * tokens_ * ranks * element_);
  const Seconds ring = network_.half_all_reduce(all_blocks, groups_.context());
  const double behind = (ranks - 1.0) / ranks;
  return {std::max(Seconds(0), ring - attention.forward * behind),
          std::max(Seconds(0), 2.0 * ring - attention.backward * behind), Seconds(0)};
}

Seconds WorkModel::pipeline_transfer() const {
  const Bytes bytes(tokens_ * hidden_ * element_ / tensor_);
  return network_.point_to_point(bytes, groups_.next_stage_is_linked());
}

double WorkModel::bucket(double smallest) const {
  if (smallest == 0.0 || inputs_.layout.zero == 3) return 0.0;
  return std::max(smallest, software_.bucket_per_rank * inputs_.data());
}
double WorkModel::reduce_bucket() const { return bucket(software_.reduce_bucket); }
double WorkModel::gather_bucket() const { return bucket(software_.gather_bucket); }

Seconds WorkModel::reduce_share(const LayerParameters& layer) const {
  const double layers = layers_in(reduce_bucket(), layer);
  return reduce_gradients({layer.common * layers, layer.routed * layers}) / layers;
}

Seconds WorkModel::gather_share(const LayerParameters& layer) const {
  const double layers = layers_in(gather_bucket(), layer);
  return gather_parameters({layer.common * layers, layer.routed * layers}) / layers;
}

/// In how many collectives `parameters` are exchanged.
double WorkModel::collectives(double parameters, double smallest) const {
  if (smallest > 0.0) {
    return inputs_.layout.zero == 3 ? 1.0 : std::max(1.0, parameters / bucket(smallest));
  }
  const LayerKind kind = inputs_.model.experts ? LayerKind::kExpert : LayerKind::kDense;
  const double tensors =
      static_cast<double>(layer_shapes(inputs_, kind).linears.size() + kNormsOfALayer);
  return std::max(1.0, parameters * tensors / layer_on_rank(inputs_, kind).all.total());
}

Seconds WorkModel::reduce_gradients(const LayerParameters& all) const {
  const double times = collectives(all.total(), software_.reduce_bucket);
  const LayerParameters trained{all.common / times, all.routed / times};
  const Bytes bytes(trained.common * gradient_bytes(inputs_));
  const GroupPlacement shards = groups_.shard();
  const Seconds across =
      network_.all_reduce(bytes / static_cast<double>(shards.ranks), groups_.replica());
  const Bytes routed(trained.routed * gradient_bytes(inputs_));
  if (inputs_.layout.zero == 0) {
    return times * (network_.all_reduce(bytes, shards) + across +
                    network_.all_reduce(routed, groups_.expert_replica()));
  }
  return times * (network_.half_all_reduce(bytes, shards) + across +
                  network_.half_all_reduce(routed, groups_.expert_replica()));
}

Seconds WorkModel::gather_parameters(const LayerParameters& all) const {
  if (inputs_.layout.zero == 0) return Seconds(0);
  const double times = collectives(all.total(), software_.gather_bucket);
  const LayerParameters parameters{all.common / times, all.routed / times};
  const bool narrow = linear_ == GemmFormat::kFp8 && inputs_.software.fp8_gather;
  const double element = narrow ? 1.0 : element_;
  const Seconds common =
      network_.half_all_reduce(Bytes(parameters.common * element), groups_.shard());
  const Seconds routed =
      network_.half_all_reduce(Bytes(parameters.routed * element), groups_.expert_replica());
  return times * (common + routed);
}

Seconds WorkModel::tie_embeddings() const {
  const Layout& layout = inputs_.layout;
  if (!inputs_.model.tied_embeddings || layout.pipeline == 1 || inputs_.tuning.lora()) {
    return Seconds(0);
  }
  return network_.all_reduce(Bytes(gradient_bytes(inputs_) * vocabulary_ * hidden_ / tensor_),
                             {2, inputs_.accelerators <= inputs_.node.linked() ? 2 : 1});
}

Seconds WorkModel::norm_all_reduce() const {
  const int ranks = static_cast<int>(inputs_.accelerators);
  return network_.all_reduce(Bytes(4), {ranks, std::min(ranks, inputs_.node.linked())});
}

}  // namespace sextant
