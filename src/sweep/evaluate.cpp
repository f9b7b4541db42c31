#include "src/sweep/evaluate.h"

#include <optional>

#include "src/io/first_message.h"
#include "src/plan/choose_layout.h"
#include "src/plan/infeasible.h"
#include "src/scenario/read_scenario.h"

namespace sextant::sweep {
/// What one thread needs for itself.
struct PointEvaluator::Workspace {
  Workspace(const OpenStudy& study, const std::filesystem::path& models)
      : catalogue(models),
        reader(study.scenario(), study.points.outermost(), catalogue, study.layouts()) {}

  mutable catalog::Catalogue catalogue;
  scenario::VariantReader reader;
};

PointEvaluator::PointEvaluator(const OpenStudy& study, std::filesystem::path models)
    : study_(study), models_(std::move(models)) {}

PointEvaluator::~PointEvaluator() = default;

std::unique_ptr<PointEvaluator::Workspace> PointEvaluator::take_workspace() const {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto workspace = std::move(idle_.back());
      idle_.pop_back();
      return workspace;
    }
  }
  return std::make_unique<Workspace>(study_, models_);
}

plan::PlanResult PointEvaluator::plan(const Workspace& workspace, std::int64_t point) const {
  const Points& points = study_.points;
  const io::Node root =
      points.scenario(study_.scenario(), points.values(point), workspace.catalogue);
  scenario::Scenario scenario = workspace.reader.read(root);
  scenario::SimulationPlan& simulation = scenario.simulation;
  if (study_.study.replicas) {
    simulation.replicas = *study_.study.replicas;
    simulation.tolerance.reset();
  }
  if (study_.study.seed) simulation.seed = *study_.study.seed;
  if (study_.study.layout == LayoutChoice::kBest) {
    scenario = plan::choose_layouts(scenario, {.parallel = {.threads = 1}}).scenario;
  }
  return plan::make_bare_plan(scenario, {.threads = 1});
}

Outcome PointEvaluator::evaluate(std::int64_t point) const {
  std::unique_ptr<Workspace> workspace = take_workspace();
  Outcome outcome{.point = point};
  try {
    outcome = outcome_of(point, plan(*workspace, point));
  } catch (const plan::InfeasiblePlan& infeasible) {
    outcome.status = PointStatus::kInfeasible;
    outcome.message = infeasible.obstacles().front().reason;
  } catch (const io::InputError& error) {
    outcome.status = PointStatus::kError;
    outcome.message = io::first_message(error.what());
  }
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(workspace));
  return outcome;
}

}  // namespace sextant::sweep
