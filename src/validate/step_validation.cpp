#include "src/validate/step_validation.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "sextant/training/parameters.h"
#include "sextant/training/step_model.h"
#include "src/io/json_text.h"
#include "src/io/writer.h"

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
  if (run.memory) row.memory_error = peak / *run.memory - 1.0;
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

StepSummary summarise(const std::string& set, const std::vector<const StepRow*>& rows,
                      const std::vector<const PublishedRun*>& runs) {
  StepSummary summary;
  summary.set = set;
  summary.n = static_cast<int>(rows.size());
  std::vector<double> sizes;
  double inside = 0.0;
  for (const StepRow* row : rows) {
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
  summary.noise_floor = noise_floor(runs);
  return summary;
}

}  // namespace

StepValidation validate_steps(const std::vector<PublishedRun>& runs,
                              const std::function<const Calibration&(std::size_t)>& calibration_for,
                              const run::ParallelOptions& parallel) {
  StepValidation validation;
  validation.rows.resize(runs.size());
  run::parallel_for(static_cast<std::int64_t>(runs.size()), parallel, [&](std::int64_t row) {
    const auto i = static_cast<std::size_t>(row);
    validation.rows[i] = forecast_row(runs[i], calibration_for(i));
  });
  fill_baseline(runs, validation.rows);

  std::map<std::string, std::pair<std::vector<const StepRow*>, std::vector<const PublishedRun*>>>
      sets;
  std::pair<std::vector<const StepRow*>, std::vector<const PublishedRun*>> all;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    for (auto* set : {&sets[runs[i].set], &all}) {
      set->first.push_back(&validation.rows[i]);
      if (runs[i].refused.empty()) set->second.push_back(&runs[i]);
    }
  }
  for (const auto& [name, set] : sets) {
    validation.sets.push_back(summarise(name, set.first, set.second));
  }
  if (!runs.empty()) validation.sets.push_back(summarise("all", all.first, all.second));
  return validation;
}

}  // namespace sextant::validate
