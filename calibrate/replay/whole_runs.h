#pragma once

#include <map>
#include <tuple>
#include <vector>

#include "calibrate/ingest/measurement.h"
#include "calibrate/replay/rank_program.h"

namespace sextant::replay {

/// Turns items into runs, operation after operation of a lane, so that as much is done in a step as
/// the items say. Bytes through memory go in one run each. Collectives are rounded to a whole
/// number and carry the bytes that are left over; where an operation has less than one, and of
/// GEMMs and attention, what one operation lacks the next one has. Every rank of a stage comes to
/// the same.
class RunPlanner {
 public:
  explicit RunPlanner(const StepInputs& inputs, int stage) : inputs_(inputs), stage_(stage) {}

  std::vector<Run> runs_of(const std::vector<WorkItem>& items);

 private:
  struct Owed {
    double times = 0.0;
    double given = 0.0;
  };
  using Kind = std::tuple<WorkItem::Kind, StepPart, RankGroup, double, double, double, double,
                          double, double>;

  int whole_times(const WorkItem& item);
  std::size_t whole_bytes(const WorkItem& item, double bytes) const;

  const StepInputs& inputs_;
  int stage_;
  std::map<Kind, Owed> owed_;
};

/// Whether an item is a collective, and which.
bool is_collective(WorkItem::Kind kind);
ingest::Operation operation_of(WorkItem::Kind kind);

}  // namespace sextant::replay
