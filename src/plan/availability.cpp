#include "src/plan/availability.h"

#include "sextant/ledger/goodput_buckets.h"

namespace sextant::plan {

void add_availability(const ForecastInputs& inputs, const Replicas& replicas, Forecast& result) {
  result.ettr_formula = expected_ettr(ettr_terms(inputs.campaign));
  result.mean_time_to_interruption_s = mean_time_to_interruption_by_kind(inputs.campaign);
  for (const auto& [bucket, name] : EnumNames<GoodputBucket>::table) {
    const auto time = [b = bucket](const Replica& r) {
      return goodput_times(r.usage)[static_cast<std::size_t>(b)].si();
    };
    result.goodput_buckets_s.emplace_back(name, summary_of(replicas, time));
  }
}

}  // namespace sextant::plan
