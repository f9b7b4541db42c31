#include <fmt/format.h>

#include "calibrate/comm/backends.h"
#include "calibrate/program/command.h"

namespace sextant::program {
namespace {

void declare(boost::program_options::options_description&,
             boost::program_options::positional_options_description&) {}

void run(const Arguments&, const comm::World& world) {
  if (!world.root()) return;
  fmt::print("build:\n");
  for (const std::string& line : comm::build_inventory()) fmt::print("  {}\n", line);
  fmt::print("processes:\n");
  for (int node = 0; node < world.nodes(); ++node) fmt::print("  {}\n", world.host(node));
}

}  // namespace

const Command kInventoryCommand{
    "inventory", "what this build has and lacks, and what is on the nodes",
    "",          "sextant-comm inventory",
    declare,     [](const Arguments&) {},
    run};

}  // namespace sextant::program
