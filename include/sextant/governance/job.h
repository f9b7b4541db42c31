#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sextant/governance/workload.h"
#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/sim_time.h"

namespace sextant {

/// Positions in GovernanceInputs::teams and in AdmissionPolicy::priority_classes.
enum class TeamIndex : std::uint32_t {};
enum class ClassIndex : std::uint32_t {};
/// In order of submission, from 0; a number is never used again.
enum class JobNumber : std::uint64_t {};

enum class JobKind { kTraining, kFineTuning, kExperiment, kDataPreparation, kSpace, kEndpoint };
inline constexpr std::size_t kJobKinds = 6;

template <>
struct EnumNames<JobKind> {
  static constexpr std::array table{std::pair{JobKind::kTraining, "training"},
                                    std::pair{JobKind::kFineTuning, "fine_tuning"},
                                    std::pair{JobKind::kExperiment, "experiment"},
                                    std::pair{JobKind::kDataPreparation, "data_preparation"},
                                    std::pair{JobKind::kSpace, "space"},
                                    std::pair{JobKind::kEndpoint, "endpoint"}};
};

/// A job as it arrives.
struct JobSpec {
  std::string name;  ///< empty: its number
  TeamIndex team{};
  ClassIndex priority_class{};
  JobKind kind = JobKind::kExperiment;
  SimTime submit;
  std::vector<PodSet> podsets;

  /// How long it works if nothing disturbs it, with all its pods; with fewer, longer in proportion.
  /// never(): until it is withdrawn.
  SimDuration work = SimDuration::never();
  SimDuration startup;  ///< from the moment its pods are placed: image, processes, weights
  SimDuration restart;  ///< the same after an interruption
  /// After an interruption it goes on from its last checkpoint. Absent: it has none, and begins
  /// again; zero: it loses nothing.
  std::optional<SimDuration> checkpoint_interval{};
  /// After its work it holds its pods for so long, unused: an interactive space until idle
  /// shutdown.
  SimDuration idle_tail;
  std::optional<SimTime> deadline{};
  /// Position in GovernanceInputs::trainings of what it does instead of `work`; -1: nothing else.
  std::int32_t training = -1;
};

/// Jobs in the order of their submission.
class JobSource {
 public:
  virtual ~JobSource() = default;
  /// The next one; its `submit` is not before that of the last. None: there are no more.
  virtual std::optional<JobSpec> next() = 0;
};

}  // namespace sextant
