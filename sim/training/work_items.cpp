#include "work_items.h"

#include <vector>

namespace sextant {
namespace {

using Kind = WorkItem::Kind;

WorkItem gemm_item(const Gemm& gemm, GemmFormat format, double times = 1.0) {
  WorkItem item;
  item.kind = Kind::kGemm;
  item.gemm = gemm;
  item.format = format;
  item.times = times;
  return item;
}

WorkItem stream_item(double bytes, double kernels = 1.0, StepPart part = StepPart::kCompute) {
  WorkItem item;
  item.kind = Kind::kStream;
  item.bytes = bytes;
  item.kernels = kernels;
  item.part = part;
  return item;
}

WorkItem collective_item(Kind kind, StepPart part, RankGroup group, double bytes,
                         double times = 1.0) {
  WorkItem item;
  item.kind = kind;
  item.part = part;
  item.group = group;
  item.bytes = bytes;
  item.times = times;
  return item;
}

WorkItem time_item(Kind kind, StepPart part, double seconds, double times = 1.0) {
  WorkItem item;
  item.kind = kind;
  item.part = part;
  item.seconds = seconds;
  item.times = times;
  return item;
}

void add(WorkItems& items, const WorkItems& others, double times = 1.0) {
  for (WorkItem item : others) {
    item.times *= times;
    items.push_back(item);
  }
}

/// What is computed again counts as recomputation, what is communicated again as what it is.
void add_again(WorkItems& items, const WorkItems& others, double share) {
  for (WorkItem item : others) {
    if (item.part == StepPart::kCompute) item.part = StepPart::kRecompute;
    item.times *= share;
    items.push_back(item);
  }
}

}  // namespace

void PassItems::add(const PassItems& other, double times) {
  sextant::add(forward, other.forward, times);
  sextant::add(backward, other.backward, times);
  sextant::add(weights, other.weights, times);
}

WorkLister::WorkLister(const StepInputs& inputs, const SoftwareCoefficients& software,
                       const WorkModel& model)
    : inputs_(inputs), model_(model), counts_(inputs, software) {}

/// With their times, but for collectives of nothing, or of one rank alone.
WorkItems WorkLister::timed(WorkItems items) const {
  for (WorkItem& item : items) item.seconds = model_.time(item).si();
  std::erase_if(items, [](const WorkItem& item) { return item.seconds <= 0.0; });
  return items;
}

PassItems WorkLister::gemms(const LayerShapes& shapes) const {
  const GemmFormat format = counts_.linear_format();
  PassItems pass;
  for (const Linear& linear : shapes.linears) {
    const LinearCounts l = counts_.linear(linear);
    pass.forward.push_back(gemm_item(l.forward, format, l.times));
    pass.backward.push_back(gemm_item(l.backward, format, l.times));
    if (l.frozen) continue;
    pass.weights.push_back(gemm_item(l.weights, format, l.times));
    if (l.accumulated_bytes > 0.0) pass.weights.push_back(stream_item(l.accumulated_bytes, 0.0));
  }
  return pass;
}

PassItems WorkLister::attention_core() const {
  const AttentionCounts a = counts_.attention();
  PassItems pass;
  if (a.fused) {
    WorkItem item = gemm_item(a.scores, counts_.other_format());
    item.kind = Kind::kFusedAttention;
    item.attention = inputs_.software.attention;
    item.flops = a.forward.si();
    pass.forward.push_back(item);
    item.flops = a.backward.si();
    pass.backward.push_back(item);
    return pass;
  }
  const GemmFormat format = counts_.other_format();
  pass.forward = {gemm_item(a.scores, format), gemm_item(a.values, format),
                  stream_item(a.forward_bytes)};
  pass.backward = {gemm_item(a.scores, format, 2.0), gemm_item(a.values, format, 2.0),
                   stream_item(a.backward_bytes)};
  return pass;
}

PassItems WorkLister::elementwise(const LayerShapes& shapes, LayerKind kind) const {
  const StreamCounts e = counts_.elementwise(shapes, kind);
  PassItems pass;
  pass.forward.push_back(stream_item(e.forward_bytes, e.forward_kernels));
  pass.backward.push_back(stream_item(e.backward_bytes, e.backward_kernels));
  return pass;
}

WorkItems WorkLister::tensor_communication(LayerKind kind) const {
  constexpr StepPart kPart = StepPart::kTensorParallel;
  const TensorCounts t = counts_.tensor(kind);
  WorkItems items;
  if (t.collectives > 0.0) {
    const auto over_tensor = [&](Kind collective) {
      return collective_item(collective, kPart, RankGroup::kTensor, t.bytes, t.collectives);
    };
    if (t.halves) {
      items = {over_tensor(Kind::kAllGather), over_tensor(Kind::kReduceScatter)};
    } else {
      items = {over_tensor(Kind::kAllReduce)};
    }
    const double late = model_.tensor_crossing().si();
    const double crossings = (t.halves ? 2.0 : 1.0) * t.collectives;
    if (late > 0.0) items.push_back(time_item(Kind::kAllowance, kPart, late, crossings));
  }
  if (t.routed_bytes > 0.0) {
    items.push_back(
        collective_item(Kind::kAllReduce, kPart, RankGroup::kExpertTensor, t.routed_bytes));
  }
  return items;
}

WorkItems WorkLister::expert_communication(LayerKind kind) const {
  if (kind == LayerKind::kDense) return {};
  return {collective_item(Kind::kAllToAll, StepPart::kExpertParallel, RankGroup::kExpert,
                          counts_.expert_bytes(), 2.0)};
}

/// A ring passes keys and values around; backward them again, and their gradients.
PassItems WorkLister::context_communication() const {
  const ContextCounts c = counts_.context();
  const auto over_context = [](Kind kind, double bytes) {
    return collective_item(kind, StepPart::kContextParallel, RankGroup::kContext, bytes);
  };
  PassItems pass;
  if (inputs_.layout.context == 1) return pass;
  if (c.ring) {
    pass.forward = {over_context(Kind::kAllGather, c.ring_bytes)};
    pass.backward = {over_context(Kind::kAllGather, c.ring_bytes),
                     over_context(Kind::kReduceScatter, c.ring_bytes)};
  } else {
    pass.forward = {over_context(Kind::kAllToAll, c.before_bytes),
                    over_context(Kind::kAllToAll, c.after_bytes)};
    pass.backward = pass.forward;
  }
  return pass;
}

/// As WorkModel::add_recomputation.
void WorkLister::add_recomputation(PassItems& pass, const PassItems& gemm,
                                   const PassItems& attention, const PassItems& other) const {
  const double share = 1.0 / inputs_.layout.recompute_every;
  switch (inputs_.layout.recompute) {
    case Recompute::kNone:
      break;
    case Recompute::kSelective:
      add_again(pass.backward, attention.forward, share);
      break;
    case Recompute::kOperator:
      add_again(pass.backward, gemm.forward, 0.5 * share);
      add_again(pass.backward, other.forward, share);
      break;
    case Recompute::kFull:
      add_again(pass.backward, pass.forward, share);
      break;
  }
}

/// As WorkModel::finish.
void WorkLister::finish(PassItems& pass) const {
  if (inputs_.layout.pipeline_schedule() != Schedule::kZeroBubble) {
    sextant::add(pass.backward, pass.weights);
    pass.weights.clear();
  }
  if (inputs_.tuning.reference_model) {
    for (WorkItem& item : pass.forward) item.times *= 2.0;
  }
  for (WorkItems* items : {&pass.forward, &pass.backward, &pass.weights}) *items = timed(*items);
}

PassItems WorkLister::layer(LayerKind kind) const {
  const LayerShapes shapes = layer_shapes(inputs_, kind);
  const PassItems gemm = gemms(shapes);
  const PassItems attention = attention_core();
  const PassItems other = elementwise(shapes, kind);
  PassItems pass;
  for (const PassItems& piece : {gemm, attention, other, context_communication()}) {
    pass.add(piece, 1.0);
  }
  for (const WorkItems& items : {tensor_communication(kind), expert_communication(kind)}) {
    sextant::add(pass.forward, items);
    sextant::add(pass.backward, items);
  }
  add_recomputation(pass, gemm, attention, other);
  finish(pass);
  const PassWork times = model_.layer(kind);
  const auto add_host = [](WorkItems& items, const PartTimes& parts) {
    const double host = parts[StepPart::kHost];
    if (host > 0.0) items.push_back(time_item(Kind::kHost, StepPart::kHost, host));
  };
  add_host(pass.forward, times.forward);
  add_host(pass.backward, times.backward);
  return pass;
}

PassItems WorkLister::embedding() const {
  const StreamCounts e = counts_.embedding();
  PassItems pass;
  pass.forward.push_back(stream_item(e.forward_bytes, e.forward_kernels));
  if (e.backward_kernels > 0.0) {
    pass.backward.push_back(stream_item(e.backward_bytes, e.backward_kernels));
  }
  finish(pass);
  return pass;
}

PassItems WorkLister::head() const {
  const HeadCounts h = counts_.head();
  const GemmFormat format = counts_.other_format();
  PassItems pass;
  pass.forward = {gemm_item(h.forward, format), stream_item(h.forward_bytes)};
  pass.backward = {gemm_item(h.backward, format), stream_item(h.backward_bytes)};
  if (!h.frozen) pass.weights = {gemm_item(h.weights, format)};
  finish(pass);
  return pass;
}

WorkItems WorkLister::optimizer(const LayerParameters& trained) const {
  constexpr StepPart kPart = StepPart::kOptimizer;
  const OptimizerCounts o = counts_.optimizer(trained);
  WorkItems items = timed({stream_item(o.norm_bytes, 1.0, kPart)});
  if (inputs_.layout.offload == Offload::kOptimizer) {
    items.push_back(time_item(Kind::kHost, kPart, model_.host_optimizer(o).si()));
  } else {
    add(items, timed({stream_item(o.update_bytes, 1.0, kPart)}));
  }
  return items;
}

WorkItems WorkLister::message() const {
  return timed({collective_item(Kind::kMessage, StepPart::kPipelineTransfer, RankGroup::kPipeline,
                                counts_.message_bytes())});
}

WorkItems WorkLister::reduce_gradients(const LayerParameters& trained) const {
  constexpr StepPart kPart = StepPart::kDataParallel;
  const ExchangeCounts e = counts_.reduce(trained);
  const Kind kind = e.halves ? Kind::kReduceScatter : Kind::kAllReduce;
  return timed(
      {collective_item(kind, kPart, RankGroup::kShard, e.common_bytes, e.times),
       collective_item(Kind::kAllReduce, kPart, RankGroup::kReplica, e.replica_bytes, e.times),
       collective_item(kind, kPart, RankGroup::kExpertReplica, e.routed_bytes, e.times)});
}

WorkItems WorkLister::gather_parameters(const LayerParameters& parameters) const {
  constexpr StepPart kPart = StepPart::kDataParallel;
  const ExchangeCounts e = counts_.gather(parameters);
  return timed(
      {collective_item(Kind::kAllGather, kPart, RankGroup::kShard, e.common_bytes, e.times),
       collective_item(Kind::kAllGather, kPart, RankGroup::kExpertReplica, e.routed_bytes,
                       e.times)});
}

WorkItems WorkLister::tie_embeddings() const {
  return timed({collective_item(Kind::kAllReduce, StepPart::kDataParallel, RankGroup::kEmbedding,
                                counts_.tied_bytes())});
}

WorkItems WorkLister::norm_all_reduce() const {
  return timed({collective_item(Kind::kAllReduce, StepPart::kDataParallel, RankGroup::kWorld,
                                WorkCounts::kNormBytes)});
}

}  // namespace sextant
