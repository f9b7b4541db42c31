#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "calibrate/ingest/measurement.h"

namespace sextant::health {

/// The samples of a log that a check needs. A log may hold millions of rows: of one point,
/// repeated, the first kMostRepeated are kept, and no more than kMostSamples in all.
class KeptSamples {
 public:
  static constexpr int kMostRepeated = 100;
  static constexpr std::size_t kMostSamples = 50000;

  void add(const ingest::Sample& sample);
  std::vector<ingest::Sample> take() { return std::move(samples_); }

 private:
  using Point = std::tuple<ingest::Operation, double, int, int, std::string>;

  std::map<Point, int> repeated_;
  std::vector<ingest::Sample> samples_;
};

}  // namespace sextant::health
