#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "baseline_base.h"

namespace sextant {

/// Each queue within its nominal quota, first come first served, the first one blocking.
class StaticPartitionScheduler final : public BaselineScheduler {
 public:
  explicit StaticPartitionScheduler(const AdmissionPolicy& policy);

 private:
  /// What a queue has, by the pool's slots, and who waits in it.
  struct Partition {
    std::vector<Amount> nominal;
    std::vector<Amount> free;
    std::set<Rank> line;
  };

  Partition& of(WorkloadIndex index) { return partitions_[position(entry(index).queue)]; }
  static std::size_t position(QueueIndex queue) { return static_cast<std::size_t>(queue); }

  void enter(WorkloadIndex index) override;
  void leave(WorkloadIndex index) override;
  void decide(SimTime now, Decisions& decisions) override;
  WaitCause why(WorkloadIndex index) const override;
  bool ever_fits(const Entry& pending) override;
  WaitCause why_never(const Entry& pending) const override;
  void nominal_changed(const std::string& queue_or_cohort, FlavorIndex flavor,
                       ResourceIndex resource, Amount nominal) override;
  void freed(WorkloadIndex index, SimTime now) override;

  bool start_first(Partition& partition, SimTime now, Decisions& decisions);
  void charge(Partition& partition, const RequestOption& option, int sign) const;
  /// The first amount of an option that is above `amounts`.
  std::optional<WaitCause> above(const RequestOption& option,
                                 const std::vector<Amount>& amounts) const;

  std::vector<Partition> partitions_;  ///< by queue
  std::set<std::size_t> with_line_;    ///< those in which somebody waits
};

}  // namespace sextant
