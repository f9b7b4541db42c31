#pragma once

#include "sextant/governance/job.h"
#include "sextant/kernel/event.h"

namespace sextant {

/// Where a process that is not a job submits jobs and takes them back.
class JobHost {
 public:
  virtual ~JobHost() = default;
  /// Submits it now, whatever its `submit` says.
  virtual JobNumber submit(JobSpec job) = 0;
  /// It ends, wherever it is. Nothing happens if it has ended already.
  virtual void withdraw(JobNumber job) = 0;
  /// Whether it has its pods and has started up.
  virtual bool working(JobNumber job) const = 0;
  /// Whether it has its pods and is starting up.
  virtual bool starting(JobNumber job) const = 0;
  /// Pulses when what the two say of some endpoint's replica has changed.
  virtual const Event& changed() const = 0;
};

}  // namespace sextant
