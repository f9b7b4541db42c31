#include "src/report/optimize_words.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <vector>

#include "src/report/human.h"

namespace sextant::report {
namespace {

using optimize::Quantity;

/// Of a reason no more are told.
constexpr std::size_t kMostFactors = 2;

std::string amount(const optimize::Objective& objective, double value) {
  const std::string sign = value < 0 ? "-" : "+";
  const bool money = objective.terms.front().quantity == Quantity::kCost;
  return sign + (money ? human(Usd(std::abs(value))) : human(Seconds(std::abs(value))));
}

}  // namespace

std::string signed_percent(double share) {
  return (share < 0 ? "-" : "+") + significant(100 * std::abs(share), 2) + " %";
}

std::string short_layout(const StepInputs& inputs) {
  const Layout& layout = inputs.layout;
  std::string text = fmt::format("T{} P{}", layout.tensor, layout.pipeline);
  if (layout.virtual_stages > 1) text += fmt::format("x{}", layout.virtual_stages);
  text += fmt::format(" D{}", inputs.data());
  if (layout.context > 1) text += fmt::format(" C{}", layout.context);
  if (layout.expert > 1) text += fmt::format(" E{}", layout.expert);
  text += fmt::format(" Z{}", layout.zero);
  if (layout.shard_group) text += fmt::format("/{}", *layout.shard_group);
  text += fmt::format(" b{}", layout.micro_batch);
  if (layout.recompute != Recompute::kNone) {
    text += fmt::format(" {}", enum_name(layout.recompute));
    if (layout.recompute_every > 1) text += fmt::format("/{}", layout.recompute_every);
  }
  return text;
}

std::string objective_words(const optimize::Objective& objective, double value) {
  if (objective.is_sum()) return human(Usd(value));
  switch (objective.terms.front().quantity) {
    case Quantity::kCost:
      return human(Usd(value));
    case Quantity::kTime:
      return human(Seconds(value));
    case Quantity::kEnergy:
      return human(Joules(value));
    case Quantity::kCo2e:
      return human(GramsCo2e(1e3 * value));
  }
  return "";
}

std::string objective_name(const optimize::Objective& objective) {
  constexpr std::array kUnits{"", "an hour", "a MWh", "a tonne of CO2e"};
  std::string text = "least ";
  if (!objective.is_sum()) return text + std::string(enum_name(objective.terms.front().quantity));
  std::vector<std::string> parts;
  for (const optimize::Objective::Term& term : objective.terms) {
    const auto unit = kUnits[static_cast<std::size_t>(term.quantity)];
    parts.push_back(term.quantity == Quantity::kCost
                        ? "cost"
                        : fmt::format("{} USD {}", significant(term.worth), unit));
  }
  return text + fmt::format("{}", fmt::join(parts, " + "));
}

std::string limits_words(const optimize::Limits& limits) {
  std::vector<std::string> parts;
  if (limits.deadline) parts.push_back("done within " + human(*limits.deadline));
  if (limits.budget) parts.push_back("for at most " + human(*limits.budget));
  std::string text = fmt::format("{}", fmt::join(parts, " and "));
  if (!parts.empty()) text += fmt::format(" in {} of runs", percent(limits.probability));
  if (!limits.nodes) return text;
  return text +
         fmt::format("{}on at most {} nodes", text.empty() ? "" : ", ", grouped(*limits.nodes));
}

std::string reason_words(const optimize::Objective& objective, const optimize::Reason& reason) {
  std::vector<std::string> parts;
  for (const optimize::Factor& factor : reason.factors) {
    if (parts.size() < kMostFactors) {
      parts.push_back(factor.what + " " + signed_percent(factor.ratio - 1.0));
    }
  }
  std::string text = fmt::format("{}", fmt::join(parts, ", "));
  if (reason.item.empty()) return text.empty() ? "the same" : text;
  return text + fmt::format("{}mostly {} for {}", text.empty() ? "" : "; ",
                            amount(objective, reason.item_difference), reason.item);
}

}  // namespace sextant::report
