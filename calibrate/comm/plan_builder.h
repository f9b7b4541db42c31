#pragma once

#include <string>
#include <vector>

#include "calibrate/comm/communication_plan.h"

namespace sextant::comm {

/// What sets points apart from the plain operation.
struct Particulars {
  std::vector<std::string> flags = {};
  double skew = 0.0;
  std::optional<PlannedPoint::Beside> beside = {};
};

/// Puts a plan together: each operation of each group at every size.
class PlanBuilder {
 public:
  PlanBuilder(const std::vector<int>& node_of, const CommunicationOptions& options)
      : node_of_(node_of), options_(options) {}

  const std::vector<int>& node_of() const { return node_of_; }
  const CommunicationOptions& options() const { return options_; }

  /// The groups' index.
  std::size_t add_groups(PlannedGroups groups);

  /// A point for every size; none if the operation is not asked for.
  void add(std::size_t groups, ingest::Operation operation, Pattern pattern,
           const Particulars& particulars = {});

  CommunicationPlan take() { return std::move(plan_); }

 private:
  ingest::Sample sample_of(const PlannedGroups& groups) const;
  std::size_t granule_of(ingest::Operation operation, const PlannedGroups& groups,
                         const Particulars& particulars) const;

  const std::vector<int>& node_of_;
  const CommunicationOptions& options_;
  CommunicationPlan plan_;
};

}  // namespace sextant::comm
