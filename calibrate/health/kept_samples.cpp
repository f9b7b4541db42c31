#include "calibrate/health/kept_samples.h"

namespace sextant::health {

void KeptSamples::add(const ingest::Sample& sample) {
  if (samples_.size() >= kMostSamples) return;
  std::string conditions = sample.precision.value_or("");
  for (const std::string& flag : sample.flags) conditions += " " + flag;
  int& count = repeated_[{sample.operation, sample.bytes, sample.ranks, sample.nodes, conditions}];
  if (++count <= kMostRepeated) samples_.push_back(sample);
}

}  // namespace sextant::health
