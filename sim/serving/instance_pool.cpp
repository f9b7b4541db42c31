#include "instance_pool.h"

#include "sextant/kernel/delay.h"
#include "sextant/kernel/distributions.h"

namespace sextant {

InstancePool::InstancePool(Simulation& simulation, RequestLine& line, ServingSeries& series,
                           const ServingInputs& inputs)
    : simulation_(simulation),
      line_(line),
      series_(series),
      inputs_(inputs),
      service_draws_(inputs.seed, "serving.service", inputs.replica),
      warm_(inputs.start.warm_pool) {}

ReplicaNumber InstancePool::add() {
  account();
  const std::size_t number = replicas_.size();
  replicas_.emplace_back();
  ++starting_;
  SimDuration time = SimDuration::rounded(inputs_.start.cold);
  if (simulation_.now() == SimTime()) {
    time = SimDuration();
  } else if (warm_ > 0) {
    --warm_;
    time = SimDuration::rounded(inputs_.start.warm);
    simulation_.start(refill());
  }
  if (time == SimDuration()) {
    open(number);
  } else {
    simulation_.start(start_up(number, time));
  }
  return ReplicaNumber{number};
}

Process InstancePool::start_up(std::size_t number, SimDuration time) {
  changed_.pulse();
  (void)co_await delay(time, Priority::kRelease);
  if (replicas_[number].state == kStarting) open(number);
}

/// Puts another one into the warm pool.
Process InstancePool::refill() {
  account();
  ++warm_to_come_;
  (void)co_await delay(SimDuration::rounded(inputs_.start.cold), Priority::kRelease);
  account();
  --warm_to_come_;
  if (warm_ < inputs_.start.warm_pool) ++warm_;
}

void InstancePool::open(std::size_t number) {
  account();
  --starting_;
  ++serving_;
  Replica& replica = replicas_[number];
  replica.state = kServing;
  replica.left = inputs_.service.slots;
  for (int i = 0; i < inputs_.service.slots; ++i) {
    replica.slots.push_back(std::make_unique<ServingSlot>());
    replica.slots.back()->replica = number;
    simulation_.start(serve(*replica.slots.back()));
  }
  changed_.pulse();
}

void InstancePool::remove(ReplicaNumber replica) {
  const auto number = static_cast<std::size_t>(replica);
  Replica& gone = replicas_[number];
  account();
  if (gone.state == kStarting) {
    --starting_;
    gone.state = kGone;
  } else if (gone.state == kServing) {
    gone.state = kLeaving;
    for (const auto& slot : gone.slots) slot->leaving = true;
    line_.dismiss(number);
  }
}

Process InstancePool::serve(ServingSlot& slot) {
  while (!slot.leaving) {
    if (!line_.ready()) {
      line_.stand_by(slot);
      (void)co_await slot.wake;
      continue;
    }
    account();
    line_.take(slot);
    ++busy_;
    in_service_ += std::ssize(slot.batch);
    const SimTime begin = simulation_.now();
    (void)co_await delay(service_time(static_cast<int>(slot.batch.size())), Priority::kRelease);
    account();
    --busy_;
    in_service_ -= std::ssize(slot.batch);
    answer(slot, begin);
  }
  line_.pass_on();
  close(slot);
}

void InstancePool::answer(const ServingSlot& slot, SimTime begin) {
  ++counts_.batches;
  counts_.served += std::ssize(slot.batch);
  for (const SimTime arrival : slot.batch) {
    const Seconds response = (simulation_.now() - arrival).seconds();
    const bool late = response > inputs_.latency_target;
    series_.answer(simulation_.now(), response, late);
    if (arrival.seconds() < inputs_.warm_up) continue;
    counts_.wait.add((begin - arrival).seconds().si());
    counts_.response.add(response.si());
    counts_.late += late;
  }
}

void InstancePool::close(ServingSlot& slot) {
  Replica& replica = replicas_[slot.replica];
  if (--replica.left > 0) return;
  account();
  --serving_;
  replica.state = kGone;
  if (warm_ + warm_to_come_ < inputs_.start.warm_pool) ++warm_;
}

SimDuration InstancePool::service_time(int requests) {
  const Seconds mean = inputs_.service.time_of(requests);
  if (inputs_.service.spread == ServiceSpread::kConstant) return SimDuration::rounded(mean);
  return SimDuration::rounded(mean * draw_exponential(service_draws_));
}

void InstancePool::account() {
  const double seconds = (simulation_.now() - counted_).seconds().si();
  series_.spend(counted_, simulation_.now(), {busy_, serving_, starting_ + warm_to_come_, warm_});
  counted_ = simulation_.now();
  counts_.busy_seconds += busy_ * seconds;
  counts_.serving_seconds += serving_ * seconds;
  counts_.starting_seconds += (starting_ + warm_to_come_) * seconds;
  counts_.warm_seconds += warm_ * seconds;
}

void InstancePool::report(ServingOutcome& outcome) {
  account();
  outcome = counts_;
  outcome.in_service = in_service_;
  outcome.waiting = line_.waiting();
  simulation_.digest().add(service_draws_.next());
}

}  // namespace sextant
