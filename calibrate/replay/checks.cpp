#include "calibrate/replay/checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/compute/host.h"
#include "calibrate/replay/crew.h"
#include "calibrate/replay/links.h"

namespace sextant::replay {
namespace {

const char* format_name(GemmFormat format) {
  switch (format) {
    case GemmFormat::kFp8:
      return "fp8";
    case GemmFormat::kTf32:
      return "tf32";
    case GemmFormat::kFp32:
      return "fp32";
    case GemmFormat::k16bit:
      break;
  }
  return "bf16 or fp16";
}

/// Calls `see` for everything that a rank runs.
template <class See>
void for_each_run(const RankProgram& program, const See& see) {
  for (const std::vector<Task>& lane : program.lanes) {
    for (const Task& task : lane) {
      for (const Run& run : task.runs) see(run);
    }
  }
}

bool computes(WorkItem::Kind kind) {
  return kind == WorkItem::Kind::kGemm || kind == WorkItem::Kind::kFusedAttention;
}

/// Operands and results of the largest product, in 32 bits.
std::size_t operand_bytes(const RankProgram& program) {
  double most = 0.0;
  for_each_run(program, [&](const Run& run) {
    if (!computes(run.item.kind)) return;
    const Gemm& g = run.item.gemm;
    most = std::max(most, g.m * g.k + g.k * g.n + g.m * g.n);
  });
  return static_cast<std::size_t>(most * sizeof(float));
}

/// The first rank that is not where it should be, and where it should be; −1: none.
int misplaced_rank(const comm::World& world, int per_node) {
  for (int rank = 0; rank < world.size(); ++rank) {
    if (world.node_of(rank) != rank / per_node) return rank;
  }
  return -1;
}

}  // namespace

void require_ranks(const comm::World& world, const PlannedStep& step, const std::string& scenario) {
  const int ranks = static_cast<int>(step.inputs.accelerators);
  const int per_node = step.inputs.node.accelerators;
  const std::string remedy =
      fmt::format("mpirun -np {} --map-by ppr:{}:node --rank-by slot sextant-comm replay {}", ranks,
                  per_node, scenario);
  if (world.size() != ranks) {
    throw comm::CommError(
        fmt::format("the scenario has {} accelerators ({} x {}), but {} ranks were started; start "
                    "one for each: {}",
                    ranks, step.nodes, step.instance, world.size(), remedy));
  }
  if (world.ranks_per_node() != std::min(ranks, per_node)) {
    throw comm::CommError(fmt::format(
        "the scenario has {} accelerators on a node ({}), but the {} ranks run on {} nodes, {} of "
        "them on the first; start as many on each: {}",
        per_node, step.instance, ranks, world.nodes(), world.ranks_of_first(1).size(), remedy));
  }
  const int misplaced = misplaced_rank(world, per_node);
  if (misplaced >= 0) {
    throw comm::CommError(
        fmt::format("rank {} runs on {}; the step has its ranks node by node, {} on each: {}",
                    misplaced, world.host(world.node_of(misplaced)), per_node, remedy));
  }
}

void require_formats(const comm::Device& device, const RankProgram& program) {
  for_each_run(program, [&](const Run& run) {
    if (!computes(run.item.kind) || device.supports(run.item.format)) return;
    throw comm::CommError(fmt::format(
        "{} does not compute in {}, which the scenario's training.precision asks for{}",
        device.name(), format_name(run.item.format),
        device.supports(GemmFormat::kFp32) ? "; a scenario with \"precision\": \"fp32\" runs on it"
                                           : ""));
  });
}

void require_memory(const comm::World& world, const RankProgram& program, bool host) {
  const std::size_t available = comm::available_memory_bytes();
  if (!host || available == 0) return;
  const std::size_t own = buffer_bytes(program) + operand_bytes(program);
  std::size_t here = 0;
  for (int rank = 0; rank < world.size(); ++rank) {
    if (world.node_of(rank) == world.node_of(world.rank())) ++here;
  }
  if (own * here <= available) return;
  constexpr double kGiB = 1073741824.0;
  throw comm::CommError(
      fmt::format("the replay needs {:.1f} GiB of memory for each of {} ranks (the largest buffers "
                  "and operands of a step), and {} has {:.1f} GiB left: replay a smaller model, "
                  "microbatch or bucket, or use larger nodes",
                  static_cast<double>(own) / kGiB, here, world.host(world.node_of(world.rank())),
                  static_cast<double>(available) / kGiB));
}

std::vector<std::string> notes_on(const StepRecipe& recipe, const RankProgram& program) {
  std::vector<std::string> notes;
  for (const std::string& hidden : recipe.hidden) {
    notes.push_back("in the forecast, " + hidden + "; here one after the other");
  }
  bool fused = false, waits = false;
  for_each_run(program, [&](const Run& run) {
    fused = fused || run.item.kind == WorkItem::Kind::kFusedAttention;
    waits =
        waits || (run.item.kind == WorkItem::Kind::kHost && run.item.seconds > kShortestHostTime_s);
  });
  if (fused) {
    notes.emplace_back(
        "the fused attention kernel is replaced by attention that keeps its scores, with as many "
        "FLOPs");
  }
  if (waits) notes.emplace_back("the host's time is waited for as long as the forecast has it");
  return notes;
}

}  // namespace sextant::replay
