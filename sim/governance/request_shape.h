#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "sextant/governance/admission_policy.h"
#include "sextant/governance/workload.h"

namespace sextant {

/// So much of a resource in a flavor.
struct FlavorAmount {
  FlavorIndex flavor{};
  ResourceIndex resource{};
  Amount amount = 0;
};

/// The resources of one group that each pod of a set takes from one flavor.
struct RequestPart {
  FlavorIndex flavor{};
  std::vector<ResourceAmount> per_pod;
};

/// One choice of a flavor for every resource group that a workload uses.
struct RequestOption {
  std::vector<std::vector<RequestPart>> podsets;
  std::vector<FlavorAmount> total;  ///< of all pods
};

/// What a workload asks for, worked out: its pods, and in which flavors they could be. All pods of
/// a workload use the same flavor of a group.
struct RequestShape {
  std::vector<int> pods;               ///< of each set
  std::vector<RequestOption> options;  ///< in the order in which the queue's flavors are tried
  double units = 0;                    ///< accelerators that it asks for; cores if it asks for none
};

enum class ShapeIndex : std::uint32_t {};

/// The different shapes: few, however many workloads there are. Where one of a shape finds no room,
/// no other of that shape does.
class ShapeTable {
 public:
  /// `policy` must live as long.
  explicit ShapeTable(const AdmissionPolicy& policy);

  /// The shape of a workload's pods in a queue; queues with the same flavors share it.
  ShapeIndex of(QueueIndex queue, const std::vector<PodSet>& podsets);
  const RequestShape& operator[](ShapeIndex index) const {
    return shapes_[static_cast<std::size_t>(index)];
  }
  std::size_t size() const { return shapes_.size(); }

 private:
  RequestShape work_out(const AdmissionQueue& queue, const std::vector<PodSet>& podsets) const;

  const AdmissionPolicy& policy_;
  std::vector<std::int64_t> queue_classes_;  ///< by queue: which others have the same flavors
  std::map<std::vector<std::int64_t>, ShapeIndex> known_;
  std::vector<RequestShape> shapes_;
};

}  // namespace sextant
