#include <fmt/format.h>

#include "calibrate/comm/backends.h"
#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/device.h"
#include "calibrate/program/command.h"

namespace sextant::program {
namespace {

void declare(boost::program_options::options_description&,
             boost::program_options::positional_options_description&) {}

std::string device_name(const char* kind) {
  try {
    return comm::make_device(kind, 0)->name();
  } catch (const comm::CommError&) {
    return "none";
  }
}

int ranks_on(const comm::World& world, int node) {
  int count = 0;
  for (int rank = 0; rank < world.size(); ++rank) count += world.node_of(rank) == node ? 1 : 0;
  return count;
}

int run(const Arguments&, const comm::World& world) {
  if (!world.root()) return kOk;
  fmt::print("this build:\n");
  for (const std::string& line : comm::build_inventory()) fmt::print("  {}\n", line);
  fmt::print("\nthis node, {}:\n", world.host(0));
  fmt::print("  accelerator   {}\n  processor     {}\n", device_name("cuda"), device_name("cpu"));
  const std::vector<std::string> rails = comm::ofi_rails("");
  fmt::print("  cards         {}\n", rails.empty() ? "none that libfabric finds"
                                                   : fmt::format("{}", fmt::join(rails, ", ")));
  fmt::print("\nprocesses:\n");
  for (int node = 0; node < world.nodes(); ++node) {
    fmt::print("  {:<3} on {}\n", ranks_on(world, node), world.host(node));
  }
  return kOk;
}

}  // namespace

const Command kInventoryCommand{
    "inventory", "what this build has and lacks, and what the first node has",
    "",          "sextant-comm inventory",
    declare,     [](const Arguments&) {},
    run};

}  // namespace sextant::program
