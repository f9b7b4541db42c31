#pragma once

#include <map>
#include <memory>
#include <set>
#include <tuple>
#include <vector>

#include "calibrate/comm/communication_plan.h"
#include "calibrate/comm/companion.h"
#include "calibrate/comm/operate.h"

namespace sextant::comm {

/// Measures the points of a plan. Every rank has one, and calls it for the same points.
class CommunicationRun {
 public:
  CommunicationRun(Session& session, Backend& backend, const CommunicationPlan& plan, bool check);

  void measure(const PlannedPoint& point);

 private:
  struct Memory {
    std::unique_ptr<Buffer> send, receive;
    Buffers buffers() const { return {*send, *receive}; }
  };

  void allocate_all();
  Memory allocate(std::size_t bytes);
  void join(std::size_t groups);
  Communicator* communicator(std::size_t groups) { return communicators_.at(groups).get(); }
  void check_result(const PlannedPoint& point);
  void measure_alone(const PlannedPoint& point);
  void measure_beside(const PlannedPoint& point, const PlannedPoint::Beside& beside);

  Session& session_;
  Backend& backend_;
  const CommunicationPlan& plan_;
  bool check_;
  Memory memory_;
  Memory memory_beside_;  ///< if something is measured beside something
  std::map<std::size_t, std::unique_ptr<Communicator>> communicators_;  ///< of groups; null: apart
  std::unique_ptr<Companion> companion_;
  /// Operation, pattern, groups, uneven, class of size: what has been checked.
  std::set<std::tuple<ingest::Operation, Pattern, std::size_t, bool, int>> checked_;
};

}  // namespace sextant::comm
