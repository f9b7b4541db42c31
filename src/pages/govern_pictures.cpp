#include "src/pages/govern_pictures.h"

#include <array>
#include <map>
#include <utility>

#include "src/govern/units.h"
#include "src/govern/wait_reasons.h"
#include "src/pages/html_page.h"
#include "src/pages/short_text.h"
#include "src/report/govern_words.h"

namespace sextant::pages {
namespace {

using govern::GovernResult;
using Json = nlohmann::ordered_json;

constexpr std::size_t kLongestWaits = 25;
constexpr std::size_t kNameBytes = 120;
constexpr std::array kQuantiles{0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1.0};

Json rounded(const std::vector<double>& values) {
  Json list = Json::array();
  for (const double value : values) list.push_back(for_drawing(value));
  return list;
}

Json by_team(const std::vector<std::vector<double>>& teams) {
  Json list = Json::array();
  for (const std::vector<double>& values : teams) list.push_back(rounded(values));
  return list;
}

Json over_time_json(const govern::OverTime& over) {
  return {{"broken", rounded(over.broken)},
          {"teams_borrowed", by_team(over.teams_borrowed)},
          {"teams_pending", by_team(over.teams_pending)}};
}

/// Quota of a queue in the flavors whose unit is counted; null: without limit.
Json quota_json(const GovernanceInputs& inputs, const AdmissionQueue& queue) {
  const govern::UnitKind counted = govern::counted_kind(inputs);
  govern::QuotaUnits sum;
  bool unlimited = false;
  for (std::size_t f = 0; f < inputs.policy.flavors.size(); ++f) {
    const auto flavor = static_cast<FlavorIndex>(f);
    if (govern::unit_kind(inputs, flavor) != counted) continue;
    const govern::QuotaUnits quota = govern::quota_units(inputs, flavor, queue.groups);
    sum.nominal += quota.nominal;
    sum.lending += quota.lending;
    unlimited = unlimited || quota.borrowing == govern::QuotaUnits::kUnlimited;
    if (!unlimited) sum.borrowing += quota.borrowing;
  }
  const auto units = [](std::int64_t thousandths) {
    return static_cast<double>(thousandths) / govern::kUnits;
  };
  const bool alone = queue.cohort.empty();
  return {{"name", short_text(queue.name, kNameBytes)},
          {"cohort", short_text(queue.cohort, kNameBytes)},
          {"nominal", units(sum.nominal)},
          {"may_borrow", alone       ? Json(0)
                         : unlimited ? Json()
                                     : Json(units(sum.borrowing))},
          {"may_lend", alone ? 0 : units(sum.lending)},
          {"weight", queue.fair_weight},
          {"within_queue", enum_name(queue.preemption.within_queue)},
          {"reclaim", enum_name(queue.preemption.reclaim_within_cohort)}};
}

Json policy_json(const GovernanceInputs& inputs) {
  Json queues = Json::array();
  for (const AdmissionQueue& queue : inputs.policy.queues) {
    queues.push_back(quota_json(inputs, queue));
  }
  return {{"fair_sharing", inputs.policy.fair_sharing}, {"queues", std::move(queues)}};
}

Json longest_json(const GovernResult& result, const scenario::GovernanceScenario& scenario,
                  const std::vector<JobRecord>& jobs) {
  const auto reasons = govern::wait_reasons(scenario, result.inputs, jobs);
  const auto seconds = [](std::int64_t ns) { return for_drawing(1e-9 * static_cast<double>(ns)); };
  Json list = Json::array();
  for (const JobRecord& job : jobs) {
    Json why = Json::array();
    for (const govern::WaitReasonTime& time : reasons.at(job.number)) {
      why.push_back(
          {{"seconds", seconds(time.total_ns)},
           {"sentence", short_text(report::wait_sentence(time.longest, job, result.inputs), 400)}});
    }
    list.push_back({{"job", short_text(job.name, kNameBytes)},
                    {"number", static_cast<std::uint64_t>(job.number)},
                    {"team", static_cast<std::uint32_t>(job.team)},
                    {"units", static_cast<double>(job.units) / govern::kUnits},
                    {"wait_s", seconds(job.wait_ns + job.no_nodes_ns)},
                    {"run_s", seconds(job.run_ns)},
                    {"submitted_s", seconds(job.submitted_ns)},
                    {"why", std::move(why)}});
  }
  return list;
}

}  // namespace

GovernanceObserver& GovernPictures::observe(const GovernanceInputs& inputs) {
  waits_.resize(inputs.teams.size());
  timelines_ = std::make_unique<govern::JobTimelines>(
      inputs, [this](const govern::JobTimeline& timeline) { add(timeline); });
  return *timelines_;
}

void GovernPictures::add(const govern::JobTimeline& timeline) {
  const JobRecord& job = timeline.job;
  const std::int64_t waited_ns = job.wait_ns + job.no_nodes_ns;
  for (Waits* waits : {&waits_[static_cast<std::size_t>(job.team)], &all_}) {
    waits->seconds.add(1e-9 * static_cast<double>(waited_ns));
    waits->at_once += waited_ns == 0 ? 1 : 0;
  }
  lanes_.add(timeline);
}

Json GovernPictures::waits_json(const Waits& waits) {
  Json json = {{"jobs", waits.seconds.count()}, {"at_once", waits.at_once}};
  Json quantiles = Json::array();
  for (const double p : kQuantiles) {
    if (waits.seconds.count() == 0) break;
    quantiles.push_back(for_drawing(waits.seconds.quantile(p)));
  }
  json["seconds"] = std::move(quantiles);
  return json;
}

Json GovernPictures::json(const GovernResult& result,
                          const scenario::GovernanceScenario& scenario) const {
  Json teams = Json::array();
  for (const Waits& waits : waits_) teams.push_back(waits_json(waits));
  const double wall_time_s = result.first().wall_time_s;
  return {{"wall_time_s", wall_time_s},
          {"over_time", over_time_json(result.first().over_time)},
          {"waits",
           {{"quantiles", kQuantiles}, {"all", waits_json(all_)}, {"teams", std::move(teams)}}},
          {"policy", policy_json(result.inputs)},
          {"lanes", lanes_.json(result.inputs, wall_time_s)},
          {"longest", longest_json(result, scenario, lanes_.longest(kLongestWaits))}};
}

}  // namespace sextant::pages
