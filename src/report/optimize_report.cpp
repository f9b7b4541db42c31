#include "src/report/optimize_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "src/plan/purchase.h"
#include "src/report/human.h"
#include "src/report/optimize_words.h"
#include "src/report/phases_text.h"
#include "src/report/text_table.h"

namespace sextant::report {
namespace {

using enum TextTable::Align;
using optimize::Answer;
using optimize::Candidate;
using optimize::DropReason;
using optimize::Ranked;
using scenario::Scenario;

/// Relaxing a limit that gains less is not worth a word.
constexpr double kLeastGain = 1e-3;
/// Choices of a reason that are named.
constexpr std::size_t kMostNamed = 3;

std::string heading(std::string_view text, TextStyle style) {
  return "\n" + style.bold(text) + "\n";
}

std::string purchase_words(const Scenario& scenario) {
  std::string text(enum_name(scenario.purchase.mode));
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::string region_of(const Scenario& scenario) {
  return scenario.cluster.region ? (*scenario.cluster.region)->name : "";
}

std::string target_of(const Scenario& scenario) {
  return fmt::format("{}", fmt::join(scenario.checkpoint.target, " + "));
}

std::string nodes_of(const Scenario& scenario) {
  const std::string nodes = grouped(scenario.cluster.nodes);
  if (scenario.fleet.spares == 0) return nodes;
  return nodes + " + " + grouped(scenario.fleet.spares);
}

template <class Q>
std::string range(const Summary& value, double unit = 1) {
  const Scale scale = scale_of(Q(unit * value.p50));
  return fmt::format("{} {} ({} .. {})", in_scale(Q(unit * value.p50), scale), scale.unit,
                     in_scale(Q(unit * value.p10), scale), in_scale(Q(unit * value.p90), scale));
}

std::string title(const Answer& answer, TextStyle style) {
  const optimize::Question& question = answer.question;
  std::string what = objective_name(question.objective);
  const std::string limits = limits_words(question.limits);
  if (!limits.empty()) what += ", " + limits;
  std::string text = style.bold(short_name(question.scenario.name)) + "\n" + wrapped(what);
  if (answer.complete) return text;
  std::string unfinished = "not finished: the best so far";
  if (answer.unfinished > 0) {
    unfinished += fmt::format("; {} clusters were not searched", grouped(answer.unfinished));
  }
  return text + style.warning(wrapped(unfinished));
}

std::string layout_lines(const plan::PlanResult& plan) {
  std::string lines;
  for (const plan::PlannedPhase& phase : plan.phases) {
    const std::string name = plan.phases.size() > 1 ? phase.plan.name + ": " : "";
    lines += wrapped(fmt::format("{}{}; step {}", name, layout_text(phase.main().inputs),
                                 human(phase.main().step.time)),
                     4);
  }
  return lines;
}

std::string cadence_line(const plan::PlanResult& plan) {
  std::string text = fmt::format("a checkpoint every {}", human(plan.interval.interval));
  for (std::size_t i = 0; i < plan.interval.faster.size(); ++i) {
    std::string medium(enum_name(plan.scenario.checkpoint.faster[i].medium));
    std::replace(medium.begin(), medium.end(), '_', ' ');
    text += fmt::format(", in {} every {}", medium, human(plan.interval.faster[i].interval));
  }
  return wrapped(text, 4);
}

std::string outcome_lines(const plan::Forecast& forecast) {
  TextTable table({kLeft, kLeft});
  table.row({"done in", range<Seconds>(forecast.wall_time_s)});
  if (forecast.cost_usd) table.row({"cost", range<Usd>(*forecast.cost_usd)});
  if (forecast.energy_j) table.row({"energy", range<Joules>(*forecast.energy_j)});
  if (forecast.co2e_kg) {
    table.row({"emissions", range<GramsCo2e>(forecast.co2e_kg->location, 1e3)});
  }
  return table.render(4);
}

std::string best_text(const Candidate& best, std::string_view what, TextStyle style) {
  std::string text =
      "\n  " + style.bold(fmt::format("{}: {}", what, optimize::label_of(best.plan.scenario))) +
      "\n";
  text += outcome_lines(best.plan.forecast) + layout_lines(best.plan) + cadence_line(best.plan);
  for (const std::string& note : best.notes) text += style.dim(wrapped(note, 4));
  return text;
}

/// Columns whose cells are not all the same.
class BestTable {
 public:
  BestTable(const Answer& answer, TextStyle style) : answer_(answer), style_(style) {
    purchases_ = differ(purchase_words);
    regions_ = differ(region_of);
    targets_ = differ(target_of);
  }

  std::string text() const {
    TextTable table({kRight, kLeft, kRight, kLeft, kRight, kRight, kRight, kLeft, kLeft});
    table.row({"", style_.dim("instance"), style_.dim("nodes"), style_.dim("layout"),
               style_.dim("cost"), style_.dim("time"), style_.dim("energy"), style_.dim("behind"),
               style_.dim(varies() ? "bought" : "")});
    for (std::size_t i = 0; i < answer_.best.size(); ++i) add(table, i);
    return table.render();
  }

 private:
  bool differ(std::string (*word)(const Scenario&)) const {
    std::set<std::string> words;
    for (const Ranked& ranked : answer_.best) words.insert(word(ranked.candidate.plan.scenario));
    return words.size() > 1;
  }

  bool varies() const { return purchases_ || regions_ || targets_; }

  std::string bought(const Scenario& scenario) const {
    std::vector<std::string> words;
    if (purchases_) words.push_back(purchase_words(scenario));
    if (regions_) words.push_back(region_of(scenario));
    if (targets_) words.push_back(target_of(scenario));
    return fmt::format("{}", fmt::join(words, ", "));
  }

  std::string behind(const Ranked& ranked) const {
    if (!ranked.behind) return "";
    const Summary& value = ranked.behind->value;
    const double best = answer_.best.front().candidate.value();
    const double half = 0.5 * (value.ci95.high - value.ci95.low) / best;
    const std::string text =
        fmt::format("{} ± {}", signed_percent(value.mean / best), significant(100 * half, 1));
    const bool same = value.ci95.low <= 0 && value.ci95.high >= 0;
    return same ? style_.warning("the same ") + text : text;
  }

  void add(TextTable& table, std::size_t i) const {
    const Ranked& ranked = answer_.best[i];
    const plan::PlanResult& plan = ranked.candidate.plan;
    const plan::Forecast& forecast = plan.forecast;
    table.row({std::to_string(i + 1), plan.scenario.cluster.instance->name, nodes_of(plan.scenario),
               short_layout(plan.longest().main().inputs),
               forecast.cost_usd ? human(Usd(forecast.cost_usd->mean)) : "",
               human(Seconds(forecast.wall_time_s.mean)),
               forecast.energy_j ? human(Joules(forecast.energy_j->mean)) : "", behind(ranked),
               bought(plan.scenario)});
  }

  const Answer& answer_;
  TextStyle style_;
  bool purchases_ = false;
  bool regions_ = false;
  bool targets_ = false;
};

std::string reasons(const Answer& answer, TextStyle style) {
  if (answer.best.size() < 2) return "";
  TextTable table({kRight, kLeft});
  for (std::size_t i = 1; i < answer.best.size(); ++i) {
    const Ranked& ranked = answer.best[i];
    if (ranked.reason) {
      table.row({std::to_string(i + 1), reason_words(answer.question.objective, *ranked.reason)});
    }
  }
  return heading("Against the best", style) + table.render();
}

std::string plural(std::int64_t count, std::string_view one, std::string_view more) {
  return fmt::format("{} {}", grouped(count), count == 1 ? one : more);
}

/// What one choice, or several, that drop out for a reason do.
struct DropWords {
  DropReason reason;
  std::string_view one;
  std::string_view more;
};
constexpr std::array kDropWords{
    DropWords{DropReason::kQuota, "rents too many nodes", "rent too many nodes"},
    DropWords{DropReason::kNotSold, "cannot be bought", "cannot be bought"},
    DropWords{DropReason::kUnknown, "cannot be forecast", "cannot be forecast"},
    DropWords{DropReason::kLayout, "has no layout that divides", "have no layout that divides"},
    DropWords{DropReason::kMemory, "lacks memory", "lack memory"},
    DropWords{DropReason::kPlan, "cannot work", "cannot work"},
    DropWords{DropReason::kDeadline, "misses the deadline", "miss the deadline"},
    DropWords{DropReason::kBudget, "is beyond the budget", "are beyond the budget"},
    DropWords{DropReason::kBeaten, "is not among the best ten, by an exact bound",
              "are not among the best ten, by an exact bound"}};

std::string drop_words(DropReason reason, std::int64_t count) {
  for (const DropWords& words : kDropWords) {
    if (words.reason != reason) continue;
    return plural(count, "choice ", "choices ") + std::string(count == 1 ? words.one : words.more);
  }
  return "";
}

std::string dropped_text(const Answer& answer, TextStyle style) {
  std::string text;
  const optimize::LayoutTally& layouts = answer.layouts;
  if (layouts.valid > 0) {
    text += wrapped(fmt::format("{} of {} layouts whose degrees divide do not fit in memory",
                                grouped(layouts.valid - layouts.fit), grouped(layouts.valid)));
  }
  for (const auto& [reason, name] : EnumNames<DropReason>::table) {
    std::vector<std::string> named;
    std::set<std::string> said;
    std::int64_t count = 0;
    for (const optimize::Dropped& dropped : answer.dropped) {
      if (dropped.reason != reason) continue;
      ++count;
      const std::string why = dropped.why.empty() ? "" : ": " + dropped.why;
      if (said.insert(dropped.choice + why).second && named.size() < kMostNamed) {
        named.push_back(dropped.choice + why);
      }
    }
    if (count == 0) continue;
    text += wrapped(drop_words(reason, count));
    for (const std::string& one : named) text += style.dim(wrapped(one, 4));
    if (said.size() > named.size()) text += style.dim(wrapped("…", 4));
  }
  return text.empty() ? "" : heading("Dropped out", style) + text;
}

std::string limit_words(const optimize::Relaxation& relaxation, double value) {
  switch (relaxation.limit) {
    case optimize::Limit::kDeadline:
      return "a deadline of " + human(Seconds(value));
    case optimize::Limit::kBudget:
      return "a budget of " + human(Usd(value));
    case optimize::Limit::kNodes:
      return fmt::format("{} nodes", grouped(std::llround(value)));
    case optimize::Limit::kMemory:
      return human(Bytes(value)) + " of memory";
  }
  return "";
}

bool gains(const optimize::Relaxation& relaxation) {
  return relaxation.gain && *relaxation.gain > kLeastGain;
}

std::string limits_text(const Answer& answer, TextStyle style) {
  if (answer.best.empty() || answer.relaxations.empty()) return "";
  const auto binding = std::max_element(
      answer.relaxations.begin(), answer.relaxations.end(),
      [](const auto& a, const auto& b) { return a.gain.value_or(0) < b.gain.value_or(0); });
  std::string text;
  if (gains(*binding)) {
    text += wrapped(fmt::format("what binds most is {}", limit_words(*binding, binding->now)));
  } else {
    text += wrapped("no limit binds: with 10 % more of each the best is the same");
  }
  for (const optimize::Relaxation& relaxation : answer.relaxations) {
    if (!gains(relaxation)) continue;
    const plan::PlanResult& plan = relaxation.best->plan;
    text += wrapped(
        fmt::format("with {}: {} less, {}: {}, {}", limit_words(relaxation, relaxation.relaxed),
                    significant(100 * *relaxation.gain, 2) + " %",
                    objective_words(answer.question.objective, relaxation.best->value()),
                    optimize::label_of(plan.scenario), short_layout(plan.longest().main().inputs)));
  }
  return heading("Limits", style) + text;
}

std::string prices_text(const Answer& answer, TextStyle style) {
  std::set<std::string> lines;
  for (const Ranked& ranked : answer.best) {
    const Scenario& scenario = ranked.candidate.plan.scenario;
    const auto price = plan::node_price_of(scenario);
    if (!price) continue;
    lines.insert(fmt::format(
        "{}, {}, {}: {} USD/h a node ({}, {})", scenario.cluster.instance->name,
        purchase_words(scenario), region_of(scenario), significant((kHour * price->value).si(), 4),
        scenario.prices ? (*scenario.prices)->name : "own price", price->date));
  }
  if (lines.empty()) return "";
  std::string text = heading("Prices", style);
  for (const std::string& line : lines) text += wrapped(line);
  return text;
}

std::string footer(const Answer& answer, TextStyle style) {
  const std::int64_t replicas = answer.best.front().candidate.plan.forecast.replicas;
  std::string text = plural(answer.choices, "choice", "choices") + " simulated";
  if (answer.layouts.considered > 0) {
    text = fmt::format("{} searched, with {} combinations of degrees; {}",
                       plural(answer.clusters, "cluster", "clusters"),
                       grouped(answer.layouts.considered), text);
  }
  text += fmt::format(
      "; seed {}, {} replicas of the best, all on the same luck; ± is the 95 % interval of the "
      "difference, and \"the same\" what it does not tell apart",
      answer.question.scenario.simulation.seed, grouped(replicas));
  return "\n" + style.dim(wrapped(text));
}

}  // namespace

std::string optimize_text(const Answer& answer, TextStyle style) {
  std::string text = title(answer, style);
  if (answer.best.empty()) {
    if (answer.nearest) text += best_text(*answer.nearest, "nearest, and not feasible", style);
    return text + dropped_text(answer, style);
  }
  text += best_text(answer.best.front().candidate, "best", style);
  text += heading(answer.best.size() > 1 ? fmt::format("The best {}", answer.best.size())
                                         : std::string("The only one"),
                  style) +
          BestTable(answer, style).text();
  return text + reasons(answer, style) + dropped_text(answer, style) + limits_text(answer, style) +
         prices_text(answer, style) + footer(answer, style);
}

std::string needs_words(const Answer& answer) {
  const Candidate& nearest = *answer.nearest;
  const optimize::Limits& limits = answer.question.limits;
  const optimize::Standing& standing = nearest.standing;
  std::vector<std::string> parts;
  if (standing.miss_deadline > 0) {
    parts.push_back("a deadline of " + human((1.0 + standing.miss_deadline) * *limits.deadline));
  }
  if (standing.miss_budget > 0) {
    parts.push_back("a budget of " + human((1.0 + standing.miss_budget) * *limits.budget));
  }
  if (standing.miss_nodes > 0) {
    parts.push_back(fmt::format("{} nodes", grouped(plan::rented_nodes(nearest.plan.scenario))));
  }
  return fmt::format("{}", fmt::join(parts, " and "));
}

std::string why_infeasible(const Answer& answer) {
  if (!answer.nearest) {
    return answer.complete ? "nothing in the space can be rented, laid out and run: see above"
                           : "stopped before anything was found";
  }
  return fmt::format("nothing in the space keeps the limits. {} would be feasible with {}",
                     optimize::label_of(answer.nearest->plan.scenario), needs_words(answer));
}

std::string candidate_line(const optimize::Objective& objective, const Candidate& candidate) {
  return fmt::format("best so far: {}, {}, {}", objective_words(objective, candidate.value()),
                     optimize::label_of(candidate.plan.scenario),
                     short_layout(candidate.plan.longest().main().inputs));
}

}  // namespace sextant::report
