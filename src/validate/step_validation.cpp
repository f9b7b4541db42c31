#include "src/validate/step_validation.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "sextant/training/parameters.h"
#include "sextant/training/step_model.h"
#include "src/io/json_text.h"
#include "src/io/writer.h"
#include "src/run/interrupt.h"
#include "src/validate/interval_score.h"

namespace sextant::validate {
namespace {

constexpr double kNormalQuantile90 = 1.2815515594457412;

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : 0.5 * (values[n / 2 - 1] + values[n / 2]);
}

/// Smallest value that at least `share` of the values do not exceed.
double quantile_of(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
  return values[std::max<std::size_t>(rank, 1) - 1];
}

/// Step time at the accelerators' 16-bit peak.
Seconds ideal_time(const StepInputs& inputs) {
  const double tokens =
      static_cast<double>(inputs.global_batch) * static_cast<double>(inputs.sequence_length);
  return tokens * model_flops_per_token(inputs.model, inputs.sequence_length) /
         (static_cast<double>(inputs.accelerators) * inputs.node.accelerator.peak_16bit.value);
}

/// The baseline that every forecast must beat: one MFU per source, accelerator and precision, the
/// median of the very rows it is tried on.
void fill_baseline(const std::vector<PublishedRun>& runs, std::vector<StepRow>& rows) {
  std::map<std::string, std::vector<double>> inverse_mfu;
  for (const PublishedRun& run : runs) {
    if (run.refused.empty()) {
      inverse_mfu[run.baseline].push_back(run.measured / ideal_time(run.inputs));
    }
  }
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (!runs[i].refused.empty()) continue;
    const Seconds predicted = ideal_time(runs[i].inputs) * median_of(inverse_mfu[runs[i].baseline]);
    rows[i].baseline_error = predicted / runs[i].measured - 1.0;
  }
}

StepRow forecast_row(const PublishedRun& run, const Calibration& calibration) {
  StepRow row{run.id, run.set, run.refused, run.measured, 1.0, 0.0, std::nullopt, {}};
  if (row.refused.empty() && !calibration.software.contains(run.inputs.software.framework)) {
    row.refused = fmt::format("no coefficients for software {}", run.inputs.software.framework);
  }
  if (!row.refused.empty()) return row;
  row.profile = forecast_step(run.inputs, calibration);
  row.profile.extrapolated.insert(row.profile.extrapolated.end(), run.extrapolated.begin(),
                                  run.extrapolated.end());
  const Bytes capacity = run.inputs.node.accelerator.memory;
  const Bytes peak = row.profile.peak_memory();
  if (peak > capacity * (1.0 + kMemoryError)) {
    row.refused = fmt::format("needs {:.0f} GiB of memory, the accelerator has {:.0f}",
                              peak.si() / 0x1p30, capacity.si() / 0x1p30);
    return row;
  }
  row.error = row.profile.time / run.measured - 1.0;
  if (run.memory) {
    row.memory_error = row.profile.memory.front().reserved() / *run.memory - 1.0;
    if (*run.memory > capacity * kNearlyFull) row.memory_error = std::min(*row.memory_error, 0.0);
  }
  return row;
}

/// Everything that a forecast sees of a run, as text: rows with equal keys differ by noise only.
std::string inputs_key(const StepInputs& inputs) {
  const auto text = [](const auto& value) { return io::to_compact_text(io::write_value(value)); };
  return fmt::format("{} {} {} {} {} {} {} {} {} {}", text(inputs.model), text(inputs.layout),
                     text(inputs.software), inputs.node.accelerator.name, inputs.node.accelerators,
                     inputs.node.network_bandwidth.si(), inputs.accelerators,
                     inputs.sequence_length, inputs.global_batch, enum_name(inputs.precision));
}

/// Mean of |time / geometric mean of its group − 1| over rows whose inputs are all equal: what no
/// forecast from these inputs can beat.
std::optional<double> noise_floor(const std::vector<const PublishedRun*>& runs) {
  std::map<std::string, std::vector<double>> groups;
  for (const PublishedRun* run : runs) {
    if (!run->refused.empty()) continue;
    groups[inputs_key(run->inputs)].push_back(std::log(run->measured.si()));
  }
  double sum = 0.0;
  int n = 0;
  for (const auto& [key, logs] : groups) {
    if (logs.size() < 2) continue;
    double mean = 0.0;
    for (double value : logs) mean += value / static_cast<double>(logs.size());
    for (double value : logs) sum += std::abs(std::expm1(mean - value));
    n += static_cast<int>(logs.size());
  }
  if (n == 0) return std::nullopt;
  return sum / n;
}

/// The rows of a set with the runs that they forecast.
struct RowSet {
  std::vector<const StepRow*> rows;
  std::vector<const PublishedRun*> runs;
};

std::optional<IntervalScores> interval_scores(const RowSet& set) {
  std::vector<IntervalCase> cases;
  for (const StepRow* row : set.rows) {
    if (!row->refused.empty()) continue;
    cases.push_back({-std::log1p(row->error), kNormalQuantile90 * row->profile.log_spread});
  }
  if (cases.empty()) return std::nullopt;
  IntervalScores scores{.ours = mean_interval_score(cases)};
  const double constant = best_constant_half_width(cases);
  for (IntervalCase& item : cases) item.half_width = constant;
  scores.constant = mean_interval_score(cases);
  return scores;
}

std::optional<MemoryErrors> memory_errors(const RowSet& set) {
  std::vector<double> sizes;
  MemoryErrors errors;
  for (const StepRow* row : set.rows) {
    if (!row->memory_error) continue;
    sizes.push_back(std::abs(*row->memory_error));
    errors.mape += sizes.back();
    errors.bias += *row->memory_error;
  }
  if (sizes.empty()) return std::nullopt;
  errors.n = static_cast<int>(sizes.size());
  errors.mape /= errors.n;
  errors.bias /= errors.n;
  errors.median = median_of(sizes);
  errors.max = *std::max_element(sizes.begin(), sizes.end());
  return errors;
}

std::optional<LayoutOrder> layout_order(const RowSet& set) {
  std::vector<LayoutCase> cases;
  for (std::size_t i = 0; i < set.rows.size(); ++i) {
    const PublishedRun& run = *set.runs[i];
    if (!run.refused.empty()) continue;
    LayoutCase& item =
        cases.emplace_back(LayoutCase{cluster_of(run), layout_of(run), run.measured, std::nullopt});
    if (set.rows[i]->refused.empty()) item.predicted = set.rows[i]->profile.time;
  }
  return order_of_layouts(cases);
}

StepSummary summarise(const std::string& name, const RowSet& set) {
  StepSummary summary;
  summary.set = name;
  summary.n = static_cast<int>(set.rows.size());
  std::vector<double> sizes;
  double inside = 0.0;
  for (const StepRow* row : set.rows) {
    sizes.push_back(std::abs(row->error));
    summary.mape += std::abs(row->error) / summary.n;
    if (!row->refused.empty()) {
      ++summary.refused;
      continue;
    }
    summary.bias += row->error;
    summary.baseline_mape += std::abs(row->baseline_error);
    const double log_error = std::abs(std::log1p(row->error));
    inside += log_error <= kNormalQuantile90 * row->profile.log_spread ? 1.0 : 0.0;
  }
  summary.median = median_of(sizes);
  summary.p90 = quantile_of(sizes, 0.9);
  summary.max = *std::max_element(sizes.begin(), sizes.end());
  if (const int predicted = summary.n - summary.refused; predicted > 0) {
    summary.bias /= predicted;
    summary.baseline_mape /= predicted;
    summary.coverage = inside / predicted;
  }
  summary.noise_floor = noise_floor(set.runs);
  summary.intervals = interval_scores(set);
  summary.memory = memory_errors(set);
  summary.order = layout_order(set);
  return summary;
}

std::optional<double> mean_coverage(const std::vector<StepSummary>& sets) {
  double sum = 0.0;
  int n = 0;
  for (const StepSummary& set : sets) {
    sum += set.coverage.value_or(0.0);
    n += set.coverage ? 1 : 0;
  }
  if (n == 0) return std::nullopt;
  return sum / n;
}

}  // namespace

StepValidation validate_steps(const std::vector<PublishedRun>& all_runs,
                              const std::function<const Calibration&(std::size_t)>& calibration_for,
                              const run::ParallelOptions& parallel) {
  StepValidation validation;
  validation.rows.resize(all_runs.size());
  run::begin_phase(parallel, "rows", std::ssize(all_runs));
  const std::int64_t done =
      run::parallel_for(std::ssize(all_runs), parallel, [&](std::int64_t row) {
        const auto i = static_cast<std::size_t>(row);
        validation.rows[i] = forecast_row(all_runs[i], calibration_for(i));
      });
  if (done < std::ssize(all_runs)) {
    if (done == 0) throw run::Interrupted();
    validation.interrupted_of = std::ssize(all_runs);
    validation.rows.resize(static_cast<std::size_t>(done));
  }
  const std::vector<PublishedRun> runs(all_runs.begin(), all_runs.begin() + done);
  fill_baseline(runs, validation.rows);

  std::map<std::string, RowSet> sets;
  RowSet all;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    for (RowSet* set : {&sets[runs[i].set], &all}) {
      set->rows.push_back(&validation.rows[i]);
      set->runs.push_back(&runs[i]);
    }
  }
  for (const auto& [name, set] : sets) validation.sets.push_back(summarise(name, set));
  validation.coverage_of_sets = mean_coverage(validation.sets);
  if (!runs.empty()) validation.sets.push_back(summarise("all", all));
  return validation;
}

}  // namespace sextant::validate
