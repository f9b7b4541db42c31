#include "src/report/compare_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "src/plan/purchase.h"
#include "src/report/human.h"

namespace sextant::report {
namespace {

using compare::ComparedRun;
using compare::Driver;
using compare::DriverKind;

/// What drives less of a difference than this is not worth a word.
constexpr double kLeastDriver = 0.05;
constexpr std::size_t kMostDrivers = 4;

std::string spaced(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

/// In the scale of the whole difference.
std::string amount(double value, Scale scale) {
  return fmt::format("{}{} {}", value < 0 ? "-" : "+", significant(std::abs(value) / scale.unit_si),
                     scale.unit);
}

/// "host +1.1 h, waiting +0.3 h, the rest -0.1 h".
std::string main_drivers(std::vector<Driver> drivers, Scale scale) {
  std::stable_sort(drivers.begin(), drivers.end(), [](const Driver& a, const Driver& b) {
    return std::abs(a.amount) > std::abs(b.amount);
  });
  const double least = drivers.empty() ? 0 : kLeastDriver * std::abs(drivers.front().amount);
  std::vector<std::string> words;
  double rest = 0;
  for (const Driver& driver : drivers) {
    if (words.size() == kMostDrivers || std::abs(driver.amount) < least || driver.amount == 0) {
      rest += driver.amount;
    } else {
      words.push_back(fmt::format("{} {}", driver_words(driver), amount(driver.amount, scale)));
    }
  }
  if (std::abs(rest) >= least && rest != 0) {
    words.push_back(fmt::format("the rest {}", amount(rest, scale)));
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

/// "takes 1.22 h (48 %) longer: …"; `words`: more, less and the same.
std::string sentence(const char* verb, double difference, double baseline, Scale scale,
                     const std::array<const char*, 3>& words, const std::vector<Driver>& drivers) {
  if (difference == 0) return fmt::format("{} {}", verb, words[2]);
  return fmt::format("{} {} {} ({:.0f} %) {}: {}", verb,
                     significant(std::abs(difference) / scale.unit_si), scale.unit,
                     100 * std::abs(difference / baseline), words[difference < 0 ? 1 : 0],
                     main_drivers(drivers, scale));
}

std::string power_sentence(const ComparedRun& run, const ComparedRun& baseline) {
  const auto here = run.mean_node_power_w(), there = baseline.mean_node_power_w();
  if (!here || !there || *there <= 0) return "";
  return fmt::format(
      " A node draws {} kW in the mean against {} kW, {} times as much; the energy is {} times "
      "that of {}.",
      significant(*here / 1e3), significant(*there / 1e3), significant(*here / *there),
      significant(run.plan->forecast.energy_j->mean / baseline.plan->forecast.energy_j->mean),
      baseline.label);
}

}  // namespace

std::string quota_words(const scenario::Scenario& scenario) {
  const std::int64_t nodes = plan::rented_nodes(scenario);
  if (plan::is_booked(scenario.purchase.mode)) {
    return fmt::format("{} instances in {}s", grouped(nodes),
                       plan::booking_word(scenario.purchase.mode));
  }
  if (scenario.platform.is_sagemaker()) return fmt::format("{} instances", grouped(nodes));
  const std::optional<Host>& host = scenario.cluster.instance->host;
  return host ? grouped(nodes * host->vcpus.value) + " vCPUs" : "";
}

std::string driver_words(const Driver& driver) {
  switch (driver.kind) {
    case DriverKind::kSteps:
      return "number of steps";
    case DriverKind::kPace:
      return "spread of the step forecast";
    case DriverKind::kNodePrice:
      return "price of a node hour";
    case DriverKind::kNodes:
      return "number of nodes";
    case DriverKind::kHours:
      return "hours";
    case DriverKind::kOtherCost:
      return "stores and services";
    case DriverKind::kStepPart:
    case DriverKind::kState:
      break;
  }
  return spaced(driver.name);
}

std::string difference_sentences(const compare::Comparison& comparison,
                                 const compare::RunDifference& difference) {
  const ComparedRun& run = comparison.runs[difference.run];
  const ComparedRun& baseline = comparison.runs[*comparison.baseline];
  const plan::Forecast &here = run.plan->forecast, &there = baseline.plan->forecast;
  const double longer = here.wall_time_s.mean - there.wall_time_s.mean;
  std::string text = fmt::format(
      "{} {}.", run.label,
      sentence("takes", longer, there.wall_time_s.mean, scale_of(Seconds(std::abs(longer))),
               {"longer", "less", "as long"}, difference.time_drivers));
  if (here.cost_usd && there.cost_usd) {
    const double more = here.cost_usd->mean - there.cost_usd->mean;
    text += fmt::format(" It {}.",
                        sentence("costs", more, there.cost_usd->mean, scale_of(Usd(std::abs(more))),
                                 {"more", "less", "as much"}, difference.cost_drivers));
  }
  return text + power_sentence(run, baseline);
}

}  // namespace sextant::report
