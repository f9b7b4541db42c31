#include "src/report/compare_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "src/plan/purchase.h"
#include "src/report/compare_words.h"
#include "src/report/human.h"
#include "src/report/text_table.h"

namespace sextant::report {
namespace {

using enum TextTable::Align;
using compare::ComparedRun;
using compare::Comparison;

constexpr std::size_t kRunsSideBySide = 3;

using Cell = std::function<std::string(const ComparedRun&)>;
/// Of a forecast; null where it has none.
using Estimate = std::function<const Summary*(const plan::Forecast&)>;

/// Some of the runs, one in each column.
class SideBySide {
 public:
  SideBySide(const Comparison& comparison, std::size_t first, TextStyle style)
      : comparison_(comparison),
        first_(first),
        last_(std::min(first + kRunsSideBySide, comparison.runs.size())),
        style_(style),
        table_(std::vector(last_ - first_ + 1, kLeft)) {}

  /// A row that no run has anything to say in is left out.
  void row(const std::string& what, const Cell& cell) {
    std::vector<std::string> cells{what};
    bool empty = true;
    for (std::size_t i = first_; i < last_; ++i) {
      const ComparedRun& run = comparison_.runs[i];
      cells.push_back(run.plan ? cell(run) : "");
      empty = empty && cells.back().empty();
    }
    if (!empty) table_.row(std::move(cells));
  }

  void labels() {
    std::vector<std::string> cells{""}, cannot{""};
    bool all_can = true;
    for (std::size_t i = first_; i < last_; ++i) {
      const ComparedRun& run = comparison_.runs[i];
      cells.push_back(style_.bold(run.label));
      cannot.push_back(run.plan ? "" : style_.warning("cannot run"));
      all_can = all_can && run.plan;
    }
    table_.row(std::move(cells));
    if (!all_can) table_.row(std::move(cannot));
  }

  /// The median, and p10 .. p90 below it. All runs have the scale of the largest.
  template <class Q>
  void estimate(const std::string& what, double unit, const Estimate& estimate) {
    double largest = 0;
    for (const ComparedRun& run : comparison_.runs) {
      const Summary* value = run.plan ? estimate(run.plan->forecast) : nullptr;
      if (value) largest = std::max(largest, unit * value->p50);
    }
    const Scale scale = scale_of(Q(largest));
    const auto number = [&](double value) { return significant(unit * value / scale.unit_si); };
    row(what, [&](const ComparedRun& run) {
      const Summary* value = estimate(run.plan->forecast);
      return value ? style_.bold(number(value->p50)) + " " + std::string(scale.unit) : "";
    });
    row("", [&](const ComparedRun& run) {
      const Summary* value = estimate(run.plan->forecast);
      return value ? style_.dim(number(value->p10) + " .. " + number(value->p90)) : "";
    });
  }

  std::string text() const { return table_.render(); }

 private:
  const Comparison& comparison_;
  std::size_t first_, last_;
  TextStyle style_;
  TextTable table_;
};

template <class T>
const Summary* pointer(const std::optional<T>& value) {
  return value ? &*value : nullptr;
}

std::string spaced(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

const StepInputs& step_of(const ComparedRun& run) { return run.plan->step_inputs; }

void add_layout(SideBySide& table) {
  table.row("TP x PP x DP", [](const ComparedRun& run) {
    const StepInputs& step = step_of(run);
    std::string text =
        fmt::format("{} x {} x {}", step.layout.tensor, step.layout.pipeline, step.data());
    if (step.layout.context > 1) text += fmt::format(", CP {}", step.layout.context);
    if (step.layout.expert > 1) text += fmt::format(", EP {}", step.layout.expert);
    return text;
  });
  table.row("ZeRO",
            [](const ComparedRun& run) { return fmt::to_string(step_of(run).layout.zero); });
  table.row("microbatches", [](const ComparedRun& run) {
    const StepInputs& step = step_of(run);
    return fmt::format("{} of {}", grouped(step.microbatches()), step.layout.micro_batch);
  });
  table.row("virtual stages", [](const ComparedRun& run) {
    const int stages = step_of(run).layout.virtual_stages;
    return stages > 1 ? fmt::to_string(stages) : "";
  });
  table.row("recompute", [](const ComparedRun& run) {
    const Recompute recompute = step_of(run).layout.recompute;
    return recompute == Recompute::kNone ? "" : std::string(enum_name(recompute));
  });
}

void add_forecast(SideBySide& table) {
  using plan::Forecast;
  table.estimate<Seconds>("done in", 1, [](const Forecast& f) { return &f.wall_time_s; });
  table.estimate<Usd>("cost", 1, [](const Forecast& f) { return pointer(f.cost_usd); });
  table.estimate<Joules>("energy", 1, [](const Forecast& f) { return pointer(f.energy_j); });
  table.estimate<GramsCo2e>("CO2e, local grid", 1e3, [](const Forecast& f) {
    return f.co2e_kg ? &f.co2e_kg->location : nullptr;
  });
  table.row("step", [](const ComparedRun& run) { return human(run.plan->step.time); });
  table.row("MFU", [](const ComparedRun& run) { return percent(run.plan->step.mfu); });
  table.row("ETTR", [](const ComparedRun& run) { return percent(run.plan->forecast.ettr.p50); });
  table.row("power per node", [](const ComparedRun& run) {
    const auto power = run.mean_node_power_w();
    return power ? significant(*power / 1e3) + " kW" : "";
  });
  table.row("checkpoint every",
            [](const ComparedRun& run) { return human(run.plan->interval.interval); });
}

std::string price_words(const scenario::Scenario& scenario) {
  const auto price = plan::node_price_of(scenario);
  if (!price) return "";
  const auto premium = plan::premium_of(scenario);
  return fmt::format("{:.2f} USD/h, {}",
                     (price->value * kHour).si() * (premium ? premium->value : 1.0),
                     spaced(enum_name(scenario.purchase.mode)));
}

void add_purchase(SideBySide& table) {
  table.row("spares",
            [](const ComparedRun& run) { return grouped(run.plan->scenario.fleet.spares); });
  table.row("quota needed", [](const ComparedRun& run) { return quota_words(run.plan->scenario); });
  table.row("a node", [](const ComparedRun& run) { return price_words(run.plan->scenario); });
  table.row("price list", [](const ComparedRun& run) {
    const scenario::Scenario& scenario = run.plan->scenario;
    return plan::node_price_of(scenario) ? (*scenario.prices)->name : "";
  });
  table.row("prices of", [](const ComparedRun& run) {
    const auto price = plan::node_price_of(run.plan->scenario);
    return price ? price->date : "";
  });
}

void add_pareto(SideBySide& table, const Comparison& comparison) {
  table.row("Pareto set", [&](const ComparedRun& run) {
    if (run.dominated_by.empty()) return std::string("in it");
    return "behind " + comparison.runs[run.dominated_by.front()].label;
  });
}

std::string runs_text(const Comparison& comparison, std::size_t first, TextStyle style) {
  SideBySide table(comparison, first, style);
  table.labels();
  table.row("cluster", [](const ComparedRun& run) {
    const scenario::ClusterPlan& cluster = run.plan->scenario.cluster;
    return fmt::format("{} x {}", grouped(cluster.nodes), cluster.instance->name);
  });
  table.row("accelerators", [](const ComparedRun& run) {
    return grouped(run.plan->scenario.cluster.accelerators());
  });
  add_layout(table);
  add_forecast(table);
  add_purchase(table);
  add_pareto(table, comparison);
  return table.text();
}

std::string obstacles_text(const ComparedRun& run, TextStyle style) {
  std::string text;
  for (const plan::Obstacle& obstacle : run.obstacles) {
    const std::string_view what = run.interrupted ? " is not forecast:" : " cannot run:";
    text += wrapped(style.warning(run.label + std::string(what)) + " " + obstacle.reason);
    for (const std::string& detail : obstacle.details) text += wrapped(detail, 4);
    for (const std::string& remedy : obstacle.remedies) text += wrapped("help: " + remedy, 4);
  }
  return text;
}

/// Of all phases and batches, each once.
std::vector<std::string> extrapolations(const plan::PlanResult& result) {
  std::vector<std::string> notes;
  for (const plan::PlannedPhase& phase : result.phases) {
    for (const plan::PlannedBatch& batch : phase.batches) {
      for (const std::string& note : batch.step.extrapolated) {
        if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(note);
      }
    }
  }
  return notes;
}

std::string searched(const std::vector<plan::PhaseLayouts>& layouts) {
  search::SearchResult all;
  for (const plan::PhaseLayouts& phase : layouts) {
    all.considered += phase.search.considered;
    all.valid += phase.search.valid;
    all.fit += phase.search.fit;
  }
  return fmt::format(
      "the best of {} layouts that fit in memory; {} of {} combinations divide the run",
      grouped(all.fit), grouped(all.valid), grouped(all.considered));
}

std::string notes_text(const Comparison& comparison, TextStyle style) {
  std::string text;
  for (const ComparedRun& run : comparison.runs) {
    text += obstacles_text(run, style);
    if (!run.plan) continue;
    const plan::Forecast& forecast = run.plan->forecast;
    if (forecast.interrupted_of) {
      text += wrapped(style.warning(run.label + " interrupted") +
                      fmt::format(" after {} of {} replicas", grouped(forecast.replicas),
                                  grouped(*forecast.interrupted_of)));
    }
    for (const std::string& note : extrapolations(*run.plan)) {
      text += wrapped(style.warning(run.label + " extrapolated:") + " " + note);
    }
    if (!run.layouts.empty()) {
      text += wrapped(style.dim(run.label + ":") + " " + searched(run.layouts));
    }
    for (const auto* notes : {&run.notes, &run.plan->notes}) {
      for (const std::string& note : *notes) {
        text += wrapped(style.dim(run.label + ":") + " " + note);
      }
    }
  }
  return text.empty() ? "" : "\n" + text;
}

std::string with_sign(double value) {
  if (value == 0) return "0";
  return (value < 0 ? "-" : "+") + significant(std::abs(value));
}

/// "+1.27 h ± 0.01", with a "?" where not even the sign is certain.
std::string difference_cell(const std::optional<plan::PairedDifference>& difference, Scale scale) {
  if (!difference) return "";
  const Summary& value = difference->value;
  const double half = 0.5 * (value.ci95.high - value.ci95.low) / scale.unit_si;
  if (value.mean == 0 && half == 0) return "the same";
  return fmt::format("{} {} ± {}{}", with_sign(value.mean / scale.unit_si), scale.unit,
                     half < 1e-9 ? "0" : significant(half, 2), difference->certain() ? "" : " ?");
}

std::string differences_text(const Comparison& comparison, TextStyle style) {
  if (comparison.differences.empty()) return "";
  const ComparedRun& baseline = comparison.runs[*comparison.baseline];
  const plan::Forecast& there = baseline.plan->forecast;
  const auto scale = [](const auto& summary, auto quantity) {
    return scale_of(decltype(quantity)(summary ? summary->mean : 0.0));
  };
  TextTable table({kLeft, kLeft, kLeft, kLeft, kLeft});
  table.row({"", style.dim("time"), style.dim("cost"), style.dim("energy"), style.dim("ETTR")});
  for (const compare::RunDifference& difference : comparison.differences) {
    const plan::ForecastDifference& value = difference.forecast;
    table.row({comparison.runs[difference.run].label,
               difference_cell(value.wall_time_s, scale_of(Seconds(there.wall_time_s.mean))),
               difference_cell(value.cost_usd, scale(there.cost_usd, Usd())),
               difference_cell(value.energy_j, scale(there.energy_j, Joules())),
               difference_cell(value.ettr, {0.01, "%"})});
  }
  std::string text = "\n" + style.bold("Against " + short_name(baseline.label)) + "\n";
  text += wrapped(
      fmt::format("mean differences of {} replicas that meet the same luck, ± 95 %; ?: the sign is "
                  "not certain",
                  grouped(comparison.differences.front().forecast.pairs)));
  text += table.render();
  text += "\n" + style.bold("What drives it") + "\n";
  for (const compare::RunDifference& difference : comparison.differences) {
    text += wrapped(difference_sentences(comparison, difference));
  }
  return text;
}

}  // namespace

std::string compare_text(const Comparison& comparison, TextStyle style) {
  std::string text;
  for (std::size_t first = 0; first < comparison.runs.size(); first += kRunsSideBySide) {
    text += (text.empty() ? "" : "\n") + runs_text(comparison, first, style);
  }
  return text + notes_text(comparison, style) + differences_text(comparison, style);
}

}  // namespace sextant::report
