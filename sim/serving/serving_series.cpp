#include "serving_series.h"

#include <algorithm>
#include <cmath>

namespace sextant {

ServingSeries::ServingSeries(const ServingInputs& inputs) : width_s_(inputs.bin.si()) {
  if (width_s_ <= 0) return;
  const double bins = std::ceil(inputs.duration.si() / width_s_ - 1e-9);
  bins_.resize(static_cast<std::size_t>(std::max(1.0, bins)));
}

std::size_t ServingSeries::index(SimTime time) const {
  const auto bin = static_cast<std::size_t>(time.seconds().si() / width_s_);
  return std::min(bin, bins_.size() - 1);
}

SimTime ServingSeries::end_of(std::size_t bin) const {
  return SimTime() + SimDuration::rounded(Seconds(static_cast<double>(bin + 1) * width_s_));
}

void ServingSeries::arrive(SimTime time, bool refused) {
  if (bins_.empty()) return;
  ++at(time).arrived;
  at(time).refused += refused;
}

void ServingSeries::answer(SimTime time, Seconds response, bool late) {
  if (bins_.empty()) return;
  at(time).response.add(response.si());
  at(time).late += late;
}

void ServingSeries::spend(SimTime from, SimTime to, const Counts& counts) {
  if (bins_.empty()) return;
  for (std::size_t bin = index(from); from < to; ++bin) {
    const bool last = bin + 1 >= bins_.size();
    const SimTime end = last ? to : std::min(to, end_of(bin));
    const double seconds = std::max(0.0, (end - from).seconds().si());
    ServingBin& here = bins_[std::min(bin, bins_.size() - 1)];
    here.busy_seconds += counts.busy * seconds;
    here.serving_seconds += counts.serving * seconds;
    here.starting_seconds += counts.starting * seconds;
    here.warm_seconds += counts.warm * seconds;
    from = std::max(from, end);
    if (last) break;
  }
}

}  // namespace sextant
