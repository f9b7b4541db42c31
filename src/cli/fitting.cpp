#include "src/cli/fitting.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <map>
#include <set>

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

/// ISO 8601.
std::string today() { return fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::time(nullptr))); }

fit::StepFitOptions fit_options(const std::string& source, const run::ParallelOptions& parallel) {
  fit::StepFitOptions options;
  options.source = source;
  options.date = today();
  options.for_each = [&parallel](std::size_t n, const std::function<void(std::size_t)>& body) {
    run::parallel_for(static_cast<std::int64_t>(n),
                      {.threads = parallel.threads, .progress = parallel.progress},
                      [&body](std::int64_t i) { body(static_cast<std::size_t>(i)); });
  };
  return options;
}

/// Standard deviation of log(measured / predicted) for which the 80 % interval holds 80 % of the
/// errors.
double spread_of(std::vector<double> sizes) {
  if (sizes.empty()) return 0.0;
  const auto rank =
      static_cast<std::ptrdiff_t>(std::ceil(0.8 * static_cast<double>(sizes.size())) - 1.0);
  std::nth_element(sizes.begin(), sizes.begin() + rank, sizes.end());
  const double spread = sizes[static_cast<std::size_t>(rank)] / kNormalQuantile90;
  return std::round(spread * 1e4) / 1e4;
}

/// Sizes of logarithmic errors: of all runs, of those with each software, and of those whose
/// tensor-parallel groups cross nodes of each network.
struct ErrorSizes {
  std::vector<double> all;
  std::map<std::string, std::vector<double>> by_software, by_crossed_fabric;
};

ErrorSizes error_sizes(const std::vector<validate::PublishedRun>& runs,
                       const validate::StepValidation& validation) {
  ErrorSizes sizes;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (!validation.rows[i].refused.empty()) continue;
    const StepInputs& inputs = runs[i].inputs;
    const double size = std::abs(std::log1p(validation.rows[i].error));
    sizes.all.push_back(size);
    const bool crossing = inputs.layout.tensor > inputs.node.linked();
    if (crossing) {
      sizes.by_crossed_fabric[inputs.node.fabric].push_back(size);
    } else {
      sizes.by_software[inputs.software.framework].push_back(size);
    }
  }
  return sizes;
}

/// Writes down the spreads of errors that are more than a few.
void record_spreads(const ErrorSizes& sizes, Calibration& calibration) {
  constexpr std::size_t kFew = 8;
  const std::string source = "80 % of the errors on families left out are inside";
  const auto record = [&](const std::vector<double>& errors, Coefficient<double>& spread) {
    spread = {spread_of(errors), source, today(), Method::kFitted, std::nullopt};
  };
  record(sizes.all, calibration.log_spread);
  for (const auto& [name, errors] : sizes.by_software) {
    if (errors.size() >= kFew) record(errors, calibration.software[name].log_spread.emplace());
  }
  for (const auto& [name, errors] : sizes.by_crossed_fabric) {
    if (errors.size() >= kFew) record(errors, calibration.fabrics[name].crossing_spread.emplace());
  }
}

}  // namespace

fit::StepFit fit_runs(const std::vector<validate::PublishedRun>& runs, const Calibration& prior,
                      const std::string& source, const run::ParallelOptions& parallel) {
  const auto steps = measured_steps(runs, LeaveOut::kFamily);
  run::begin_phase(parallel, "rows, again and again until the fit is found", std::ssize(steps));
  fit::StepFit fit = fit_steps(prior, prior, steps, fit_options(source, parallel));
  fit.calibration.domain = fit::domain_of(steps);
  return fit;
}

CrossValidation cross_validate(const std::vector<validate::PublishedRun>& runs,
                               const Calibration& prior, LeaveOut leave_out,
                               const std::string& source, const run::ParallelOptions& parallel) {
  CrossValidation result;
  result.full = fit_runs(runs, prior, source, parallel);
  const std::vector<fit::MeasuredStep> steps = measured_steps(runs, leave_out);
  std::set<std::string> groups;
  for (const fit::MeasuredStep& step : steps) groups.insert(step.group);
  run::begin_phase(parallel, "fits without one group", std::ssize(groups));
  auto by_group =
      fit_leaving_out(prior, result.full.calibration, steps, fit_options(source, parallel));
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
  const ErrorSizes sizes = error_sizes(runs, result.validation);
  for (auto& [group, calibration] : by_group) record_spreads(sizes, calibration);
  record_spreads(sizes, result.full.calibration);
  validate();  // again, with the intervals that these errors call for
  return result;
}

}  // namespace sextant::cli
