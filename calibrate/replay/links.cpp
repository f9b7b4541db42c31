#include "calibrate/replay/links.h"

#include <algorithm>
#include <set>

#include "calibrate/comm/comm_error.h"
#include "calibrate/replay/whole_runs.h"
#include "sextant/training/group_members.h"

namespace sextant::replay {
namespace {

constexpr std::array kAllLanes{Lane::kCompute,      Lane::kCollective,     Lane::kSendForward,
                               Lane::kSendBackward, Lane::kReceiveForward, Lane::kReceiveBackward};

/// The largest transfer of a lane; 0: it has none.
std::size_t largest_transfer(const std::vector<Task>& tasks) {
  std::size_t largest = 0;
  for (const Task& task : tasks) {
    for (const Run& run : task.runs) {
      const bool moves = is_collective(run.item.kind) || run.item.kind == WorkItem::Kind::kMessage;
      if (moves) largest = std::max(largest, run.bytes);
    }
  }
  return largest;
}

bool has_messages(Lane lane) { return lane != Lane::kCompute && lane != Lane::kCollective; }

}  // namespace

std::size_t buffer_bytes(const RankProgram& program) {
  std::size_t bytes = 0;
  for (Lane lane : kAllLanes) {
    bytes += (has_messages(lane) ? 1 : 2) * largest_transfer(program.lane(lane));
  }
  return bytes;
}

Links::Links(comm::Backend& backend, const StepInputs& inputs, const RankProgram& program, int rank)
    : backend_(backend), rank_(rank) {
  make_groups(inputs, program);
  make_edges(inputs, program);
  make_buffers(program);
}

/// In the order of the kinds and lanes, on all ranks alike.
void Links::make_groups(const StepInputs& inputs, const RankProgram& program) {
  std::set<std::pair<RankGroup, Lane>> used;
  for (Lane lane : {Lane::kCompute, Lane::kCollective}) {
    for (const Task& task : program.lane(lane)) {
      for (const Run& run : task.runs) {
        if (is_collective(run.item.kind)) used.insert({run.item.group, lane});
      }
    }
  }
  for (const auto& key : used) {
    groups_[key] = backend_.group(group_members(inputs, key.first, rank_));
  }
}

/// Edge after edge, so that no two ranks wait for each other in different ones.
void Links::make_edges(const StepInputs& inputs, const RankProgram& program) {
  const int stages = inputs.layout.pipeline;
  if (stages == 1) return;
  for (int sender = 0; sender < stages; ++sender) {
    const int forward = forward_receiver(sender, stages);
    const int backward = backward_receiver(sender, stages);
    const bool is_sender = program.stage == sender;
    const auto used = [&](int receiver, Lane sending, Lane receiving) {
      return (is_sender && !program.lane(sending).empty()) ||
             (program.stage == receiver && !program.lane(receiving).empty());
    };
    if (used(forward, Lane::kSendForward, Lane::kReceiveForward)) {
      make_edge(inputs, sender, forward, Lane::kSendForward, Lane::kReceiveForward);
    }
    if (used(backward, Lane::kSendBackward, Lane::kReceiveBackward)) {
      make_edge(inputs, sender, backward, Lane::kSendBackward, Lane::kReceiveBackward);
    }
  }
}

void Links::make_edge(const StepInputs& inputs, int sender, int receiver, Lane sending,
                      Lane receiving) {
  const std::vector<int> stages = group_members(inputs, RankGroup::kPipeline, rank_);
  const int from = stages[static_cast<std::size_t>(sender)];
  const int to = stages[static_cast<std::size_t>(receiver)];
  const bool sends = rank_ == from;
  const int other = sends ? to : from;
  Edge& edge = edges_[static_cast<std::size_t>(sends ? sending : receiving)];
  edge.communicator = backend_.group({std::min(from, to), std::max(from, to)});
  edge.peer = other > rank_ ? 1 : 0;
}

void Links::make_buffers(const RankProgram& program) {
  for (Lane lane : kAllLanes) {
    const std::size_t largest = largest_transfer(program.lane(lane));
    if (largest == 0) continue;
    buffers(lane).send = backend_.allocate(largest);
    if (!has_messages(lane)) buffers(lane).receive = backend_.allocate(largest);
  }
}

void Links::run(const Run& run, Lane lane) {
  Buffers& memory = buffers(lane);
  if (!has_messages(lane)) {
    comm::Communicator& group = *groups_.at({run.item.group, lane});
    group.run({operation_of(run.item.kind), run.bytes, 0.0}, *memory.send, *memory.receive);
    return;
  }
  Edge& edge = edges_[static_cast<std::size_t>(lane)];
  if (lane == Lane::kSendForward || lane == Lane::kSendBackward) {
    edge.communicator->send(edge.peer, *memory.send, run.bytes);
  } else {
    edge.communicator->receive(edge.peer, *memory.send, run.bytes);
  }
}

}  // namespace sextant::replay
