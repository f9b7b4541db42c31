#include "src/serve/desk.h"

#include <algorithm>

namespace sextant::serve {

run::ParallelOptions Desk::Place::parallel() const {
  return {.threads = threads_, .stopped = [this](std::int64_t) { return abandoned(); }};
}

std::unique_ptr<Desk::Place> Desk::take(const std::string& page) {
  auto place = std::make_unique<Place>(*this, page);
  std::unique_lock lock(mutex_);
  abandon_older(page);
  const bool must_wait = running_ >= limits_.running;
  if (closed_ || (must_wait && waiting_ >= limits_.waiting)) {
    place->turn_ = closed_ ? Turn::kClosed : Turn::kFull;
    return place;
  }
  open_.push_back(place.get());
  ++waiting_;
  changed_.wait(lock, [&] { return place->abandoned() || running_ < limits_.running; });
  --waiting_;
  if (place->abandoned()) {
    place->turn_ = closed_ ? Turn::kClosed : Turn::kReplaced;
    return place;
  }
  place->turn_ = Turn::kGranted;
  ++running_;
  place->threads_ = std::max(1, limits_.running / running_);
  return place;
}

void Desk::abandon_older(const std::string& page) {
  if (page.empty()) return;
  for (Place* place : open_) {
    if (place->page_ == page) place->abandoned_ = true;
  }
  changed_.notify_all();
}

void Desk::give_back(Place& place) {
  const std::lock_guard lock(mutex_);
  std::erase(open_, &place);
  if (place.turn_ == Turn::kGranted) --running_;
  changed_.notify_all();
}

void Desk::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  for (Place* place : open_) place->abandoned_ = true;
  changed_.notify_all();
}

}  // namespace sextant::serve
