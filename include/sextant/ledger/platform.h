#pragma once

#include <optional>

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/field.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// What the nodes run under: it chooses the price list and the rules.
enum class PlatformService { kEc2, kEks, kSageMakerTraining, kHyperPod };
/// What schedules the jobs of a HyperPod cluster.
enum class Orchestrator { kSlurm, kEks };

template <>
struct EnumNames<PlatformService> {
  static constexpr std::array table{
      std::pair{PlatformService::kEc2, "ec2"}, std::pair{PlatformService::kEks, "eks"},
      std::pair{PlatformService::kSageMakerTraining, "sagemaker_training"},
      std::pair{PlatformService::kHyperPod, "hyperpod"}};
};
template <>
struct EnumNames<Orchestrator> {
  static constexpr std::array table{std::pair{Orchestrator::kSlurm, "slurm"},
                                    std::pair{Orchestrator::kEks, "eks"}};
};

/// Instances that are kept, and paid for, between the jobs of a chain and after the last one.
struct WarmPool {
  Seconds keep = kHour;  ///< after the last job: its time-to-live
  Coefficient<Seconds> start{2.0 * kMinute, "no measurement published for large jobs", "2026-11-20",
                             Method::kAssumed, std::array{1.0 * kMinute, 5.0 * kMinute}};
};

template <class Archive>
void visit(Archive& a, WarmPool& s) {
  a.object("warm_pool", "Instances that are kept, and paid for, between jobs and after the last.");
  a.field("keep", s.keep, {.doc = "Time-to-live after the last job", .min = 0, .max = 3600});
  a.field("start", s.start, {.doc = "From the call to the script's first line", .min = 0});
}

/// What a SageMaker training job may be, and what starting one costs.
struct TrainingJobRules {
  Coefficient<int> instances{
      20, "AWS, Training large language models on Amazon SageMaker: default quota per job",
      "2023-03", Method::kDatasheet, std::nullopt};
  Coefficient<Seconds> longest_run{
      Seconds(432'000), "AWS, Training large language models on Amazon SageMaker: default quota",
      "2023-03", Method::kDatasheet, std::nullopt};
  /// Machines, container, health checks of the accelerators: before the script starts.
  Coefficient<Seconds> start{10.0 * kMinute, "no measurement published for large jobs",
                             "2026-11-20", Method::kAssumed,
                             std::array{4.0 * kMinute, 30.0 * kMinute}};
  /// After an internal error the platform replaces bad instances and boots the healthy ones.
  Coefficient<Seconds> reboot{5.0 * kMinute, "no measurement published", "2026-11-20",
                              Method::kAssumed, std::array{3.0 * kMinute, 10.0 * kMinute}};
  std::optional<WarmPool> warm_pool;  ///< absent: each job has machines of its own
};

/// No quota makes one job longer (SageMaker API, StoppingCondition: at most 28 days).
inline constexpr Seconds kLongestTrainingJob = 28.0 * kDay;

template <class Archive>
void visit(Archive& a, TrainingJobRules& s) {
  a.object("training_job", "Limits and start of SageMaker training jobs in this account.");
  a.field("instances", s.instances, {.doc = "Quota: instances of one job", .min = 1});
  a.field("longest_run", s.longest_run,
          {.doc = "Quota: longest run of one job; a longer run is a chain of jobs",
           .min = 60,
           .max = 2'419'200});
  a.field("start", s.start, {.doc = "From the call to the script's first line", .min = 0});
  a.field("reboot", s.reboot,
          {.doc = "Of the healthy instances, when a job is tried again after a failure", .min = 0});
  a.field("warm_pool", s.warm_pool,
          {.doc = "Instances kept between jobs; absent: each job has machines of its own"});
}

/// The platform with its settings.
struct Platform {
  PlatformService service = PlatformService::kEc2;
  std::optional<Orchestrator> orchestrator;  ///< HyperPod; absent: Slurm
  std::optional<bool> profiler;  ///< SageMaker training; absent: on, as in its software kit
  std::optional<TrainingJobRules> training_job;  ///< SageMaker training; absent: the defaults

  bool is_sagemaker() const {
    return service == PlatformService::kSageMakerTraining || service == PlatformService::kHyperPod;
  }
  /// Absent where the platform has no training jobs.
  std::optional<TrainingJobRules> job_rules() const {
    if (service != PlatformService::kSageMakerTraining) return std::nullopt;
    return training_job.value_or(TrainingJobRules{});
  }
  bool has_profiler() const {
    return service == PlatformService::kSageMakerTraining && profiler.value_or(true);
  }
  /// Kubernetes' control plane is billed by the hour.
  bool has_control_plane() const {
    return service == PlatformService::kEks || orchestrator == Orchestrator::kEks;
  }
};

template <class Archive>
void visit(Archive& a, Platform& s) {
  a.object("platform", "What the nodes run under. A word is the service with its usual settings.");
  a.field("service", s.service, {.doc = "The service", .required = true});
  a.field("orchestrator", s.orchestrator,
          {.doc = "HyperPod: what schedules the jobs; absent: Slurm"});
  a.field("profiler", s.profiler,
          {.doc = "SageMaker training: an ml.m5.2xlarge beside each job; absent: true"});
  a.field("training_job", s.training_job,
          {.doc = "SageMaker training: quotas and start of its jobs"});
}

template <>
inline constexpr auto kShortForm<Platform> = &Platform::service;

}  // namespace sextant
