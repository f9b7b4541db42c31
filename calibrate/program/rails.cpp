#include "calibrate/program/rails.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/split.hpp>

#include "calibrate/comm/comm_error.h"

namespace sextant::program {
namespace {

constexpr double kSetUpTimeout_s = 300;

/// The root's, since all ranks must use the same.
std::vector<std::string> rails_of_root(const comm::World& world, const std::string& provider) {
  const std::string own = fmt::format("{}", fmt::join(comm::ofi_rails(provider), "\n"));
  const std::string names = world.of_root(own);
  std::vector<std::string> rails;
  if (!names.empty()) boost::algorithm::split(rails, names, boost::algorithm::is_any_of("\n"));
  return rails;
}

}  // namespace

void measure_with(comm::Session& session, const comm::BackendOptions& backend,
                  const comm::CommunicationOptions& options) {
  std::unique_ptr<comm::Backend> made;
  session.within(fmt::format("setting up the back end {}", backend.name),
                 std::max(kSetUpTimeout_s, session.point_timeout_s()),
                 [&] { made = comm::make_backend(session.world(), backend); });
  comm::measure_communication(session, *made, options);
}

void measure_every_rail(comm::Session& session, const comm::BackendOptions& backend,
                        comm::CommunicationOptions options) {
  using ingest::Operation;
  const auto rails = rails_of_root(session.world(), backend.provider);
  if (rails.empty()) {
    throw comm::CommError(fmt::format(
        "--all-rails: libfabric's provider {} offers no card here; `sextant-comm inventory` and "
        "`fi_info` list what there is",
        backend.provider.empty() ? "of any name" : backend.provider));
  }
  if (options.operations.empty()) {
    options.operations = {Operation::kPointToPoint, Operation::kPointToPointStream,
                          Operation::kPointToPointBidirectional, Operation::kSendRecv};
  }
  for (const std::string& rail : rails) {
    comm::BackendOptions one = backend;
    one.rail = rail;
    options.flags = {"rail:" + rail};
    measure_with(session, one, options);
  }
}

}  // namespace sextant::program
