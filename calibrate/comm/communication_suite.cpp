#include "calibrate/comm/communication_plan.h"
#include "calibrate/comm/communication_run.h"
#include "calibrate/comm/suites.h"

namespace sextant::comm {

void measure_communication(Session& session, Backend& backend,
                           const CommunicationOptions& options) {
  const World& world = session.world();
  std::vector<int> node_of;
  for (int rank = 0; rank < world.size(); ++rank) node_of.push_back(world.node_of(rank));
  const CommunicationPlan plan = plan_communication(node_of, options);
  backend.describe(session.environment());
  session.expect(static_cast<int>(plan.points.size()));
  CommunicationRun run(session, backend, plan, options.check);
  for (const PlannedPoint& point : plan.points) run.measure(point);
}

}  // namespace sextant::comm
