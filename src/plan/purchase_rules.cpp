#include <fmt/format.h>

#include <algorithm>

#include "src/io/quantity_text.h"
#include "src/plan/infeasible.h"
#include "src/plan/purchase.h"

namespace sextant::plan {
namespace {

using scenario::Scenario;

/// "on_demand" is an "on-demand" price.
std::string hyphenated(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), '_', '-');
  return text;
}

std::string usd_per_hour(UsdPerSecond price) {
  return fmt::format("{:.2f} USD/h", (price * kHour).si());
}

std::string node_count(const Scenario& scenario) {
  const int spares = scenario.fleet.spares;
  if (spares == 0) return fmt::format("{} instances", scenario.cluster.nodes);
  return fmt::format("{} instances ({} and {} spare{})", rented_nodes(scenario),
                     scenario.cluster.nodes, spares, spares == 1 ? "" : "s");
}

/// EC2's capacity blocks and SageMaker's training plans do not serve each other.
bool sold_on(PurchaseMode mode, const Platform& platform) {
  if (mode == PurchaseMode::kCapacityBlock) return !platform.is_sagemaker();
  if (mode == PurchaseMode::kTrainingPlan) return platform.is_sagemaker();
  return true;
}

/// Whether a booking could hold the rented nodes.
bool holds(const BookingRules& rules, std::int64_t nodes) { return nodes <= rules.instances; }

/// What a node costs on the scenario's platform if it is bought in some way.
std::string priced(const Scenario& scenario, PurchaseMode mode, UsdPerSecond price) {
  Scenario other = scenario;
  other.purchase = {};
  other.purchase.mode = mode;
  const auto ratio = premium_of(other);
  return usd_per_hour(price * (ratio ? ratio->value : 1.0)) + " a node";
}

/// Other ways to buy the same nodes on this platform, each with its price.
std::vector<std::string> other_modes(const Scenario& scenario) {
  std::vector<std::string> modes;
  const InstancePrice* prices = price_of(scenario);
  for (const auto& [mode, name] : EnumNames<PurchaseMode>::table) {
    Purchase other;
    other.mode = mode;
    if (mode == scenario.purchase.mode || !sold_on(mode, scenario.platform)) continue;
    if (is_booked(mode) && !holds(booking_rules(other), rented_nodes(scenario))) continue;
    const auto price = prices ? node_price(**scenario.prices, *prices, other) : std::nullopt;
    if (prices && !price) continue;
    modes.push_back(fmt::format("\"purchase\": \"{}\"{}", name,
                                price ? ", " + priced(scenario, mode, price->value) : ""));
  }
  return modes;
}

class Obstacles {
 public:
  explicit Obstacles(const Scenario& scenario)
      : scenario_(scenario), purchase_(scenario.purchase), platform_(scenario.platform) {}

  std::vector<Obstacle> find() {
    market();
    if (obstacles_.empty()) price();
    if (is_booked(purchase_.mode) && obstacles_.empty()) booking();
    if (const auto rules = platform_.job_rules()) training_job(*rules);
    return std::move(obstacles_);
  }

 private:
  void market();
  void price();
  void booking();
  void booked_days(const BookingRules& rules);
  void training_job(const TrainingJobRules& rules);

  const Scenario& scenario_;
  const Purchase& purchase_;
  const Platform& platform_;
  std::vector<Obstacle> obstacles_;
};

void Obstacles::market() {
  if (sold_on(purchase_.mode, platform_)) return;
  Obstacle obstacle;
  if (purchase_.mode == PurchaseMode::kCapacityBlock) {
    obstacle.reason = "SageMaker does not run on EC2 capacity blocks";
    obstacle.remedies = {"\"purchase\": \"training_plan\", which reserves machines for SageMaker",
                         "\"platform\": \"ec2\" or \"eks\""};
  } else {
    obstacle.reason = fmt::format("training plans reserve machines for SageMaker, not for {}",
                                  enum_name(platform_.service));
    obstacle.remedies = {"\"purchase\": \"capacity_block\"",
                         "\"platform\": \"sagemaker_training\" or \"hyperpod\""};
  }
  obstacles_.push_back(std::move(obstacle));
}

void Obstacles::price() {
  const InstancePrice* prices = price_of(scenario_);
  if (!prices) return;
  Obstacle obstacle;
  if (!node_price_of(scenario_)) {
    obstacle.reason = fmt::format("{} has no {} price in {} ({})", prices->instance,
                                  hyphenated(enum_name(purchase_.mode)), prices->region,
                                  (*scenario_.prices)->name);
    obstacle.remedies = other_modes(scenario_);
    obstacle.remedies.emplace_back(
        "a price of your own: \"purchase\": {\"mode\": …, \"price\": …}");
  } else if (platform_.is_sagemaker() && purchase_.mode != PurchaseMode::kTrainingPlan &&
             !purchase_.price && !premium_of(scenario_)) {
    obstacle.reason = fmt::format("{} has no SageMaker price in {} ({})", prices->instance,
                                  prices->region, (*scenario_.prices)->name);
    obstacle.remedies = {"\"platform\": \"ec2\" or \"eks\"",
                         "a price of your own: \"purchase\": {\"mode\": …, \"price\": …}"};
  } else {
    return;
  }
  obstacles_.push_back(std::move(obstacle));
}

void Obstacles::booking() {
  const BookingRules rules = booking_rules(purchase_);
  const std::string word = booking_word(purchase_.mode);
  if (!holds(rules, rented_nodes(scenario_))) {
    const std::int64_t most = std::int64_t{rules.instances} - scenario_.fleet.spares;
    Obstacle obstacle;
    obstacle.reason = fmt::format("{}s hold {} instances in all, and the plan needs {}", word,
                                  rules.instances.value, node_count(scenario_));
    obstacle.details = {
        fmt::format("{} instances in one {}", rules.instances_per_booking.value, word)};
    if (most > 0) obstacle.remedies.push_back(fmt::format("at most {} nodes of the job", most));
    obstacle.remedies.push_back(
        fmt::format("a quota from the provider: \"purchase\": {{\"mode\": \"{}\", \"quota\": "
                    "{{\"instances\": {}}}}}",
                    enum_name(purchase_.mode), rented_nodes(scenario_)));
    for (std::string& mode : other_modes(scenario_)) obstacle.remedies.push_back(std::move(mode));
    obstacles_.push_back(std::move(obstacle));
  }
  booked_days(rules);
}

void Obstacles::booked_days(const BookingRules& rules) {
  if (!purchase_.days || bookable(rules, *purchase_.days)) return;
  const int days = *purchase_.days;
  Obstacle obstacle;
  const std::string steps =
      rules.daily_up_to < rules.longest
          ? fmt::format("1 to {} days, or multiples of {} up to {}", rules.daily_up_to.value,
                        rules.step.value, rules.longest.value)
          : fmt::format("1 to {} days", rules.longest.value);
  obstacle.reason =
      fmt::format("{}s are booked for {}, not for {}", booking_word(purchase_.mode), steps, days);
  if (days < rules.longest) {
    const int below = std::max(rules.daily_up_to.value, days / rules.step * rules.step);
    const int above = (days / rules.step + 1) * rules.step;
    obstacle.remedies = {fmt::format("\"days\": {}", below), fmt::format("\"days\": {}", above)};
  } else {
    obstacle.remedies = {fmt::format("\"days\": {}", rules.longest.value)};
  }
  obstacle.remedies.emplace_back("without \"days\": as many as the forecast needs");
  obstacles_.push_back(std::move(obstacle));
}

void Obstacles::training_job(const TrainingJobRules& rules) {
  const std::int64_t nodes = rented_nodes(scenario_);
  if (nodes > rules.instances) {
    obstacles_.push_back(
        {fmt::format("a SageMaker training job may have {} instances, and the plan needs {}",
                     rules.instances.value, node_count(scenario_)),
         {},
         {fmt::format("a quota from AWS: \"platform\": {{\"service\": \"sagemaker_training\", "
                      "\"training_job\": {{\"instances\": {}}}}}",
                      nodes),
          "\"platform\": \"hyperpod\"", "\"platform\": \"ec2\" or \"eks\""}});
  }
}

}  // namespace

void require_purchase(const Scenario& scenario) {
  std::vector<Obstacle> obstacles = Obstacles(scenario).find();
  if (!obstacles.empty()) throw InfeasiblePlan(std::move(obstacles));
}

void require_booking(const Scenario& scenario, const Forecast& forecast) {
  if (!forecast.booked || scenario.purchase.gap) return;  // one booking need not hold the run
  const BookingRules rules = booking_rules(scenario.purchase);
  const std::string word = booking_word(scenario.purchase.mode);
  const int needed = shortest_booking(rules, Seconds(forecast.wall_time_s.p90));
  const bool too_long = needed > rules.longest;
  if (forecast.booked->overrun <= 0.5 && forecast.booked->days <= rules.longest) return;
  Obstacle obstacle;
  obstacle.reason =
      scenario.purchase.days
          ? fmt::format("the {} is over before {:.0f} % of the runs are", word,
                        100.0 * forecast.booked->overrun)
          : fmt::format("no {} is long enough: {} days at most", word, rules.longest.value);
  obstacle.details = {fmt::format("the run takes {:.1f} days (p90 {:.1f})",
                                  forecast.wall_time_s.p50 / kDay.si(),
                                  forecast.wall_time_s.p90 / kDay.si())};
  if (scenario.purchase.days) {
    obstacle.details.push_back(fmt::format("{} days are booked, and the machines stop {} early",
                                           *scenario.purchase.days,
                                           io::format_quantity(rules.early_end.value)));
    obstacle.remedies.emplace_back("a \"gap\", after which the run goes on in another one");
  }
  if (!too_long) obstacle.remedies.push_back(fmt::format("\"days\": {}, for the p90", needed));
  obstacle.remedies.emplace_back("more nodes, or fewer tokens");
  for (std::string& mode : other_modes(scenario)) obstacle.remedies.push_back(std::move(mode));
  throw InfeasiblePlan({std::move(obstacle)});
}

}  // namespace sextant::plan
