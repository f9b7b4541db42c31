#include "src/cli/fitting.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>

namespace sextant::cli {
namespace {

constexpr double kNormalQuantile90 = 1.2815515594457412;

const std::string& group_of(const validate::PublishedRun& run, LeaveOut leave_out) {
  return leave_out == LeaveOut::kFamily ? run.family : run.origin;
}

std::vector<fit::MeasuredStep> measured_steps(const std::vector<validate::PublishedRun>& runs,
                                              LeaveOut leave_out) {
  std::vector<fit::MeasuredStep> steps;
  for (const validate::PublishedRun& run : runs) {
    if (!run.refused.empty()) continue;
    steps.push_back({run.inputs, run.measured, group_of(run, leave_out)});
  }
  return steps;
}

fit::StepFitOptions fit_options(const std::string& source, const run::ParallelOptions& parallel) {
  fit::StepFitOptions options;
  options.source = source;
  options.date = fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::time(nullptr)));
  options.for_each = [&parallel](std::size_t n, const std::function<void(std::size_t)>& body) {
    run::parallel_for(static_cast<std::int64_t>(n), {.threads = parallel.threads},
                      [&body](std::int64_t i) { body(static_cast<std::size_t>(i)); });
  };
  return options;
}

/// Standard deviation of log(measured / predicted) for which the 80 % interval holds 80 % of the
/// errors.
double spread_of(const validate::StepValidation& validation) {
  std::vector<double> sizes;
  for (const validate::StepRow& row : validation.rows) {
    if (row.refused.empty()) sizes.push_back(std::abs(std::log1p(row.error)));
  }
  if (sizes.empty()) return 0.0;
  const auto rank =
      static_cast<std::ptrdiff_t>(std::ceil(0.8 * static_cast<double>(sizes.size())) - 1.0);
  std::nth_element(sizes.begin(), sizes.begin() + rank, sizes.end());
  const double spread = sizes[static_cast<std::size_t>(rank)] / kNormalQuantile90;
  return std::round(spread * 1e4) / 1e4;
}

}  // namespace

fit::StepFit fit_runs(const std::vector<validate::PublishedRun>& runs, const Calibration& prior,
                      const std::string& source, const run::ParallelOptions& parallel) {
  const auto steps = measured_steps(runs, LeaveOut::kFamily);
  fit::StepFit fit = fit_steps(prior, prior, steps, fit_options(source, parallel));
  fit.calibration.domain = fit::domain_of(steps);
  return fit;
}

CrossValidation cross_validate(const std::vector<validate::PublishedRun>& runs,
                               const Calibration& prior, LeaveOut leave_out,
                               const std::string& source, const run::ParallelOptions& parallel) {
  CrossValidation result;
  result.full = fit_runs(runs, prior, source, parallel);
  auto by_group = fit_leaving_out(prior, result.full.calibration, measured_steps(runs, leave_out),
                                  fit_options(source, parallel));
  result.groups = by_group.size();
  const auto validate = [&] {
    result.validation = validate::validate_steps(
        runs,
        [&](std::size_t i) -> const Calibration& {
          const auto found = by_group.find(group_of(runs[i], leave_out));
          return found == by_group.end() ? result.full.calibration : found->second;
        },
        {.threads = parallel.threads});
  };
  validate();
  const double spread = spread_of(result.validation);
  for (auto& [group, calibration] : by_group) calibration.log_spread.value = spread;
  result.full.calibration.log_spread.value = spread;
  validate();  // again, with the intervals that these errors call for
  return result;
}

}  // namespace sextant::cli
