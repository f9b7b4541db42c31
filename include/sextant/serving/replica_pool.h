#pragma once

#include <cstdint>

#include "sextant/kernel/event.h"

namespace sextant {

/// A replica of an endpoint, as whoever provides it numbers it.
enum class ReplicaNumber : std::uint64_t {};

/// Where replicas come from: rented instances, or jobs on a shared cluster.
class ReplicaPool {
 public:
  virtual ~ReplicaPool() = default;
  /// Asks for one; it serves once it has been found room and has started up.
  virtual ReplicaNumber add() = 0;
  /// It ends, wherever it is. Nothing happens if it has ended already.
  virtual void remove(ReplicaNumber replica) = 0;
  virtual bool serving(ReplicaNumber replica) const = 0;
  virtual bool starting(ReplicaNumber replica) const = 0;
  /// Pulses when what the two say of some replica has changed.
  virtual const Event& changed() const = 0;
};

}  // namespace sextant
