#pragma once

#include <array>
#include <map>
#include <memory>
#include <utility>

#include "calibrate/comm/backend.h"
#include "calibrate/replay/rank_program.h"
#include "sextant/training/step_inputs.h"

namespace sextant::replay {

/// Bytes of the buffers that a rank needs for its program.
std::size_t buffer_bytes(const RankProgram& program);

/// The communicators and buffers of a rank: one communicator for every kind of group and lane that
/// uses it, and for every direction between two stages, so that the calls of each come from one
/// thread.
class Links {
 public:
  /// Every rank of the world makes one at the same time.
  Links(comm::Backend& backend, const StepInputs& inputs, const RankProgram& program, int rank);

  /// One time of a collective, or a message sent or received, as the lane says.
  void run(const Run& run, Lane lane);

 private:
  struct Buffers {
    std::unique_ptr<comm::Buffer> send, receive;
  };
  struct Edge {
    std::unique_ptr<comm::Communicator> communicator;
    int peer = 0;  ///< its rank in the communicator
  };

  void make_groups(const StepInputs& inputs, const RankProgram& program);
  void make_edges(const StepInputs& inputs, const RankProgram& program);
  void make_edge(const StepInputs& inputs, int sender, int receiver, Lane sending, Lane receiving);
  void make_buffers(const RankProgram& program);
  Buffers& buffers(Lane lane) { return buffers_[static_cast<std::size_t>(lane)]; }

  comm::Backend& backend_;
  int rank_;
  std::map<std::pair<RankGroup, Lane>, std::unique_ptr<comm::Communicator>> groups_;
  std::array<Edge, kLanes> edges_;
  std::array<Buffers, kLanes> buffers_;
};

}  // namespace sextant::replay
