#include "request_line.h"

#include <algorithm>

#include "sextant/kernel/assert.h"
#include "sextant/kernel/delay.h"

namespace sextant {

bool RequestLine::arrive() {
  if (limit_ && waiting() >= *limit_) return false;
  line_.push_back(simulation_.now());
  if (line_.size() == 1) moved_.pulse();
  if (ready()) wake_one();
  return true;
}

bool RequestLine::ready() const {
  if (line_.empty()) return false;
  return waiting() >= service_.batch || deadline() <= simulation_.now();
}

void RequestLine::take(ServingSlot& slot) {
  SEXTANT_ASSERT(ready(), "a batch of {} that is not ready", waiting());
  const std::int64_t size = std::min<std::int64_t>(waiting(), service_.batch);
  slot.batch.assign(line_.begin(), line_.begin() + size);
  line_.erase(line_.begin(), line_.begin() + size);
  moved_.pulse();
  if (ready()) wake_one();
}

void RequestLine::wake_one() {
  if (idle_.empty()) return;
  idle_.back()->wake.pulse();
  idle_.pop_back();
}

void RequestLine::dismiss(std::size_t replica) {
  std::erase_if(idle_, [&](ServingSlot* slot) {
    if (slot->replica != replica) return false;
    slot->wake.pulse();
    return true;
  });
}

Process RequestLine::watch_timeouts() {
  for (;;) {
    if (line_.empty() || deadline() <= simulation_.now()) {
      if (ready()) wake_one();
      (void)co_await moved_;
    } else {
      (void)co_await delay(deadline() - simulation_.now());
    }
  }
}

}  // namespace sextant
