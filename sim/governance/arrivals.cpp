#include "sextant/governance/arrivals.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <queue>
#include <utility>

#include "sextant/kernel/assert.h"
#include "sextant/kernel/discrete_distribution.h"
#include "sextant/kernel/distributions.h"
#include "sextant/kernel/empirical_distribution.h"
#include "sextant/kernel/portable_math.h"

namespace sextant {
namespace {

constexpr std::size_t kHours = 24;
constexpr std::size_t kWeekdays = 7;
constexpr double kNormal95 = 1.6448536269514722;  ///< 95 % quantile of the normal distribution

double mean_weight(const std::vector<double>& weights) {
  if (weights.empty()) return 1;
  return std::accumulate(weights.begin(), weights.end(), 0.0) / static_cast<double>(weights.size());
}

double largest_weight(const std::vector<double>& weights) {
  return weights.empty() ? 1 : *std::max_element(weights.begin(), weights.end());
}

/// When bursts come; a single job is a burst of one.
class BurstTimes {
 public:
  BurstTimes(const ArrivalPlan& plan, RandomStream stream)
      : plan_(plan), stream_(stream), time_(plan.from) {
    if (!plan.rate) return;
    const double mean = mean_weight(plan.hours) * mean_weight(plan.weekdays);
    const double largest = largest_weight(plan.hours) * largest_weight(plan.weekdays);
    largest_rate_ = plan.rate->si() * largest / mean;
    largest_weight_ = largest;
  }

  /// Infinity: never again.
  Seconds next() {
    const Seconds never(std::numeric_limits<double>::infinity());
    if (plan_.every) return plan_.from + static_cast<double>(count_++) * *plan_.every;
    if (largest_rate_ == 0) return never;
    const Seconds last = plan_.until.value_or(never);
    while (time_ < last) {
      time_ += Seconds(draw_exponential(stream_) / largest_rate_);
      if (draw_uniform(stream_) * largest_weight_ < weight_at(time_)) return time_;
    }
    return never;
  }

 private:
  double weight_at(Seconds time) const {
    const double hours = std::floor(time / kHour);
    const auto hour = static_cast<std::size_t>(std::fmod(hours, double{kHours}));
    const auto day =
        static_cast<std::size_t>(std::fmod(std::floor(hours / double{kHours}), double{kWeekdays}));
    return (plan_.hours.empty() ? 1 : plan_.hours[hour]) *
           (plan_.weekdays.empty() ? 1 : plan_.weekdays[day]);
  }

  const ArrivalPlan& plan_;
  RandomStream stream_;
  Seconds time_;
  double largest_rate_ = 0;
  double largest_weight_ = 1;
  std::int64_t count_ = 0;
};

/// When jobs come: the jobs of all bursts in one order.
class ArrivalTimes {
 public:
  ArrivalTimes(const ArrivalPlan& plan, const std::string& name, ReplicaKey key)
      : plan_(plan),
        bursts_(plan, RandomStream(key.seed, "arrivals." + name, key.replica)),
        burst_stream_(key.seed, "burst." + name, key.replica),
        next_burst_(bursts_.next()) {}

  std::optional<Seconds> next() {
    if (plan_.limit && count_ >= *plan_.limit) return std::nullopt;
    while (waiting_.empty() || next_burst_ < waiting_.top()) {
      if (!std::isfinite(next_burst_.si()) || ended(next_burst_)) break;
      begin_burst();
    }
    if (waiting_.empty() || ended(waiting_.top())) return std::nullopt;
    const Seconds time = waiting_.top();
    waiting_.pop();
    ++count_;
    return time;
  }

 private:
  bool ended(Seconds time) const { return plan_.until && time >= *plan_.until; }

  void begin_burst() {
    Seconds time = next_burst_;
    next_burst_ = bursts_.next();
    waiting_.push(time);
    if (!plan_.burst) return;
    RandomStream stream = burst_stream_.of_entity(burst_++);
    for (std::int64_t more = followers(stream); more > 0; --more) {
      time += draw_exponential(stream) * plan_.burst->spacing;
      waiting_.push(time);
    }
  }

  /// Jobs of a burst after its first one: geometric, P(n) = p (1 - p)^n with p = 1 / mean.
  std::int64_t followers(RandomStream& stream) const {
    const double exponential = draw_exponential(stream);
    if (plan_.burst->mean_jobs <= 1) return 0;
    const double decay = -portable_log(1 - 1 / plan_.burst->mean_jobs);
    return static_cast<std::int64_t>(exponential / decay);
  }

  const ArrivalPlan& plan_;
  BurstTimes bursts_;
  RandomStream burst_stream_;
  std::uint32_t burst_ = 0;
  Seconds next_burst_;
  std::priority_queue<Seconds, std::vector<Seconds>, std::greater<>> waiting_;
  std::int64_t count_ = 0;
};

std::vector<EmpiricalDistribution::Quantile> quantiles_of(const DurationPlan& plan) {
  std::vector<EmpiricalDistribution::Quantile> quantiles;
  for (const DurationQuantile& quantile : plan.quantiles) {
    quantiles.push_back({quantile.probability, quantile.time.si()});
  }
  return quantiles;
}

double sigma_of(const DurationPlan& plan) {
  if (plan.mean) return std::sqrt(2 * portable_log(*plan.mean / *plan.median));
  return portable_log(*plan.p95 / *plan.median) / kNormal95;
}

/// Draws of a plan, all of one draw of the stream.
class Durations {
 public:
  explicit Durations(const DurationPlan& plan) : plan_(plan) {
    if (!plan.quantiles.empty()) empirical_.emplace(quantiles_of(plan));
    if (plan.median) sigma_ = sigma_of(plan);
  }

  SimDuration draw(RandomStream& stream) const {
    if (plan_.constant) return SimDuration::rounded(*plan_.constant);
    const Seconds drawn = empirical_ ? Seconds(empirical_->draw(stream))
                                     : draw_lognormal(stream, sigma_) * *plan_.median;
    const Seconds above = std::max(drawn, plan_.least);
    return SimDuration::rounded(plan_.most ? std::min(above, *plan_.most) : above);
  }

 private:
  DurationPlan plan_;
  std::optional<EmpiricalDistribution> empirical_;
  double sigma_ = 0;
};

std::vector<double> weights_of(const JobGenerator& generator) {
  std::vector<double> weights;
  for (const JobGenerator::Size& size : generator.sizes) weights.push_back(size.weight);
  return weights;
}

class GeneratedJobs final : public JobSource {
 public:
  GeneratedJobs(JobGenerator generator, ReplicaKey key)
      : generator_(std::move(generator)),
        times_(generator_.arrivals, generator_.name, key),
        jobs_(key.seed, "job." + generator_.name, key.replica),
        sizes_(weights_of(generator_)),
        durations_(generator_.work) {
    SEXTANT_ASSERT(!fault_of(generator_.arrivals) && !fault_of(generator_.work),
                   "the plans of generator {} are not valid", generator_.name);
  }

  std::optional<JobSpec> next() override {
    const std::optional<Seconds> time = times_.next();
    if (!time) return std::nullopt;
    JobSpec job = generator_.like;
    job.name = fmt::format("{}-{}", generator_.name, count_);
    job.submit = SimTime() + SimDuration::rounded(*time);
    RandomStream stream = jobs_.of_entity(count_++);
    job.podsets = generator_.sizes[sizes_.draw(stream)].podsets;
    job.work = durations_.draw(stream);
    if (generator_.deadline_factor) {
      const Seconds needed = (job.startup + job.work).seconds();
      job.deadline = job.submit + SimDuration::rounded(*generator_.deadline_factor * needed);
    }
    return job;
  }

 private:
  JobGenerator generator_;
  ArrivalTimes times_;
  RandomStream jobs_;
  DiscreteDistribution sizes_;
  Durations durations_;
  std::uint32_t count_ = 0;
};

class MergedJobs final : public JobSource {
 public:
  explicit MergedJobs(std::vector<std::unique_ptr<JobSource>> sources)
      : sources_(std::move(sources)), heads_(sources_.size()) {
    for (std::size_t i = 0; i < sources_.size(); ++i) pull(i);
  }

  std::optional<JobSpec> next() override {
    if (order_.empty()) return std::nullopt;
    const std::size_t source = order_.top().second;
    order_.pop();
    std::optional<JobSpec> job = std::move(heads_[source]);
    pull(source);
    return job;
  }

 private:
  void pull(std::size_t source) {
    heads_[source] = sources_[source]->next();
    if (heads_[source]) order_.push({heads_[source]->submit, source});
  }

  using Head = std::pair<SimTime, std::size_t>;
  std::vector<std::unique_ptr<JobSource>> sources_;
  std::vector<std::optional<JobSpec>> heads_;
  std::priority_queue<Head, std::vector<Head>, std::greater<>> order_;
};

class ListedJobs final : public JobSource {
 public:
  explicit ListedJobs(std::vector<JobSpec> jobs) : jobs_(std::move(jobs)) {
    std::stable_sort(jobs_.begin(), jobs_.end(),
                     [](const JobSpec& a, const JobSpec& b) { return a.submit < b.submit; });
  }

  std::optional<JobSpec> next() override {
    if (next_ == jobs_.size()) return std::nullopt;
    return std::move(jobs_[next_++]);
  }

 private:
  std::vector<JobSpec> jobs_;
  std::size_t next_ = 0;
};

std::optional<std::string> fault_of_weights(const std::vector<double>& weights, std::size_t count,
                                            const char* what) {
  if (weights.empty()) return std::nullopt;
  if (weights.size() != count) {
    return fmt::format("found {} weights of {}, expected {}", weights.size(), what, count);
  }
  if (mean_weight(weights) > 0) return std::nullopt;
  return fmt::format("found only weights of 0 for the {}, expected one above", what);
}

std::optional<std::string> fault_of_lognormal(const DurationPlan& plan) {
  if (plan.mean.has_value() == plan.p95.has_value()) {
    return "found a median, expected \"mean\" or \"p95\" besides";
  }
  if (plan.mean && *plan.mean < *plan.median) {
    return "found a mean below the median, expected at least the median";
  }
  if (plan.p95 && *plan.p95 < *plan.median) {
    return "found a p95 below the median, expected at least the median";
  }
  return std::nullopt;
}

std::optional<std::string> fault_of_quantiles(const std::vector<DurationQuantile>& quantiles) {
  if (quantiles.size() < 2 || quantiles.front().probability != 0 ||
      quantiles.back().probability != 1) {
    return "found quantiles that do not reach from share 0 to share 1";
  }
  for (std::size_t i = 1; i < quantiles.size(); ++i) {
    if (quantiles[i].probability <= quantiles[i - 1].probability) {
      return fmt::format("found a share of {}, expected more than the one before",
                         quantiles[i].probability);
    }
    if (quantiles[i].time < quantiles[i - 1].time) {
      return fmt::format("found the time of share {} below the one before",
                         quantiles[i].probability);
    }
  }
  return std::nullopt;
}

}  // namespace

std::unique_ptr<JobSource> generated_jobs(JobGenerator generator, ReplicaKey key) {
  return std::make_unique<GeneratedJobs>(std::move(generator), key);
}

std::unique_ptr<JobSource> merged_jobs(std::vector<std::unique_ptr<JobSource>> sources) {
  return std::make_unique<MergedJobs>(std::move(sources));
}

std::unique_ptr<JobSource> listed_jobs(std::vector<JobSpec> jobs) {
  return std::make_unique<ListedJobs>(std::move(jobs));
}

std::optional<std::string> fault_of(const ArrivalPlan& plan) {
  if (plan.rate.has_value() == plan.every.has_value()) {
    return fmt::format("found {}, expected \"rate\" or \"every\"",
                       plan.rate ? "both a rate and a period" : "neither a rate nor a period");
  }
  if (plan.every && !(plan.hours.empty() && plan.weekdays.empty())) {
    return "found weights of hours or weekdays beside a fixed period, expected a rate";
  }
  if (auto fault = fault_of_weights(plan.hours, kHours, "hours")) return fault;
  if (auto fault = fault_of_weights(plan.weekdays, kWeekdays, "weekdays")) return fault;
  if (plan.until && *plan.until <= plan.from) {
    return "found an end that is not after the beginning";
  }
  return std::nullopt;
}

std::optional<std::string> fault_of(const DurationPlan& plan) {
  const int kinds =
      int{plan.constant.has_value()} + int{plan.median.has_value()} + int{!plan.quantiles.empty()};
  if (kinds != 1) {
    return fmt::format("found {} of them, expected one of \"constant\", \"median\", \"quantiles\"",
                       kinds);
  }
  if (!plan.median && (plan.mean || plan.p95)) {
    return "found a mean or a p95 without a median, which only lognormal durations have";
  }
  if (plan.median) {
    if (auto fault = fault_of_lognormal(plan)) return fault;
  }
  if (!plan.quantiles.empty()) {
    if (auto fault = fault_of_quantiles(plan.quantiles)) return fault;
  }
  if (plan.most && *plan.most < plan.least) return "found \"most\" below \"least\"";
  return std::nullopt;
}

Seconds mean_of(const DurationPlan& plan) {
  if (plan.constant) return *plan.constant;
  if (!plan.quantiles.empty()) return Seconds(EmpiricalDistribution(quantiles_of(plan)).mean());
  const double sigma = sigma_of(plan);
  return *plan.median * portable_exp(0.5 * sigma * sigma);
}

}  // namespace sextant
