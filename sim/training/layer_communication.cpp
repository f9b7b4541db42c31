#include <algorithm>

#include "layer_work.h"

namespace sextant {
namespace {

/// How many layers of this size a bucket holds.
double layers_in(double bucket, const LayerParameters& layer) {
  return layer.total() > 0.0 ? std::max(1.0, bucket / layer.total()) : 1.0;
}

}  // namespace

/// Overlap hides its share, but not more than the GEMMs that it hides behind; routed tokens go
/// without overlap.
Seconds WorkModel::tensor_communication(const LayerShapes& shapes, LayerKind kind,
                                        Seconds all_gemms) const {
  const TensorCounts t = counts_.tensor(kind);
  const bool experts = kind == LayerKind::kExpert;
  Seconds routed;
  if (experts) routed = network_.all_reduce(Bytes(t.routed_bytes), groups_.expert_tensor());
  if (inputs_.layout.tensor == 1) return routed;
  const Bytes activations(t.bytes);
  const Seconds late = tensor_crossing();
  const Seconds once = t.halves
                           ? 2.0 * (network_.half_all_reduce(activations, groups_.tensor()) + late)
                           : network_.all_reduce(activations, groups_.tensor()) + late;
  const Seconds time = t.collectives * once;
  if (!inputs_.software.tensor_overlap) return time + routed;
  Seconds behind = all_gemms;
  if (experts) {
    behind = Seconds(0);
    for (std::size_t i = 0; i < shapes.attention; ++i) behind += gemms(shapes.linears[i]).forward;
  }
  return time - std::min(time * software_.tensor_overlap_hidden.value, behind) + routed;
}

Seconds WorkModel::tensor_crossing() const {
  const GroupPlacement group = groups_.tensor();
  if (group.nodes() == 1) return Seconds(0);
  const auto fabric = calibration_.fabrics.find(inputs_.node.fabric);
  const bool shared = inputs_.layout.pipeline > 1;
  const FabricCoefficients& network = fabric->second;
  return (shared ? network.shared_crossing.value : network.crossing.value) *
         static_cast<double>(group.nodes());
}

/// To the experts and back. Overlap hides as much of it as of tensor-parallel communication.
Seconds WorkModel::expert_communication(LayerKind kind, Seconds forward_compute) const {
  if (kind == LayerKind::kDense) return Seconds(0);
  const Seconds time = 2.0 * network_.all_to_all(Bytes(counts_.expert_bytes()), groups_.expert());
  if (!inputs_.software.expert_overlap) return time;
  return time - std::min(time * software_.tensor_overlap_hidden.value, forward_compute);
}

/// A ring goes around while attention works on the block that has arrived; what is longer than that
/// stays exposed.
WorkModel::Passes WorkModel::context_communication(const Passes& attention) const {
  const double ranks = inputs_.layout.context;
  if (ranks == 1.0) return {};
  const ContextCounts c = counts_.context();
  if (!c.ring) {
    const Seconds time = network_.all_to_all(Bytes(c.before_bytes), groups_.context()) +
                         network_.all_to_all(Bytes(c.after_bytes), groups_.context());
    return {time, time, Seconds(0)};
  }
  const Seconds ring = network_.half_all_reduce(Bytes(c.ring_bytes), groups_.context());
  const double behind = (ranks - 1.0) / ranks;
  return {std::max(Seconds(0), ring - attention.forward * behind),
          std::max(Seconds(0), 2.0 * ring - attention.backward * behind), Seconds(0)};
}

Seconds WorkModel::pipeline_transfer() const {
  return network_.point_to_point(Bytes(counts_.message_bytes()), groups_.next_stage_is_linked());
}

Seconds WorkModel::reduce_share(const LayerParameters& layer) const {
  const double layers = layers_in(reduce_bucket(), layer);
  return reduce_gradients({layer.common * layers, layer.routed * layers}) / layers;
}

Seconds WorkModel::gather_share(const LayerParameters& layer) const {
  const double layers = layers_in(gather_bucket(), layer);
  return gather_parameters({layer.common * layers, layer.routed * layers}) / layers;
}

LayerParameters WorkModel::gathered_forward(const LayerParameters& layer) const {
  if (!inputs_.tuning.reference_model || inputs_.layout.zero < 3) return layer;
  return {2.0 * layer.common, 2.0 * layer.routed};
}

Seconds WorkModel::reduce_gradients(const LayerParameters& trained) const {
  const ExchangeCounts e = counts_.reduce(trained);
  const Bytes bytes(e.common_bytes);
  const GroupPlacement shards = groups_.shard();
  const Seconds across = network_.all_reduce(Bytes(e.replica_bytes), groups_.replica());
  const Bytes routed(e.routed_bytes);
  if (!e.halves) {
    return e.times * (network_.all_reduce(bytes, shards) + across +
                      network_.all_reduce(routed, groups_.expert_replica()));
  }
  return e.times * (network_.half_all_reduce(bytes, shards) + across +
                    network_.half_all_reduce(routed, groups_.expert_replica()));
}

Seconds WorkModel::gather_parameters(const LayerParameters& parameters) const {
  const ExchangeCounts e = counts_.gather(parameters);
  return e.times * (network_.half_all_reduce(Bytes(e.common_bytes), groups_.shard()) +
                    network_.half_all_reduce(Bytes(e.routed_bytes), groups_.expert_replica()));
}

Seconds WorkModel::tie_embeddings() const {
  return network_.all_reduce(Bytes(counts_.tied_bytes()), groups_.embedding());
}

Seconds WorkModel::norm_all_reduce() const {
  return network_.all_reduce(Bytes(WorkCounts::kNormBytes), groups_.world());
}

Seconds WorkModel::time(const WorkItem& item) const {
  const Bytes bytes(item.bytes);
  switch (item.kind) {
    case WorkItem::Kind::kGemm:
      return timer_.gemm(item.gemm, item.format);
    case WorkItem::Kind::kStream:
      return timer_.streaming(bytes, item.kernels);
    case WorkItem::Kind::kFusedAttention:
      return timer_.fused_attention(item.attention, Flops(item.flops));
    case WorkItem::Kind::kAllReduce:
      return network_.all_reduce(bytes, groups_.of(item.group));
    case WorkItem::Kind::kReduceScatter:
    case WorkItem::Kind::kAllGather:
      return network_.half_all_reduce(bytes, groups_.of(item.group));
    case WorkItem::Kind::kAllToAll:
      return network_.all_to_all(bytes, groups_.of(item.group));
    case WorkItem::Kind::kMessage:
      return network_.point_to_point(bytes, groups_.next_stage_is_linked());
    case WorkItem::Kind::kHost:
    case WorkItem::Kind::kAllowance:
      break;
  }
  return Seconds(item.seconds);
}

}  // namespace sextant
