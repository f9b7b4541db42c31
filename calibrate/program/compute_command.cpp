#include "calibrate/comm/device.h"
#include "calibrate/comm/suites.h"
#include "calibrate/program/command.h"
#include "calibrate/program/session_options.h"
#include "calibrate/program/usage_error.h"

namespace po = boost::program_options;

namespace sextant::program {
namespace {

void declare(po::options_description& options, po::positional_options_description&) {
  options.add_options()("device", po::value<std::string>(),
                        "cuda, or cpu: one core for every process; default: whatever there is");
  options.add_options()("sides", po::value<std::string>(),
                        "of matrices, \"1024,4096\" (default: what suits the device)");
  options.add_options()("memory", po::value<std::string>(),
                        "moved by a pass over memory (default: what suits the device)");
  declare_session(options);
}

comm::ComputeOptions options_of(const Arguments& arguments) {
  constexpr int kLargestSide = 1 << 20;
  comm::ComputeOptions options;
  for (const int side : arguments.counts("sides", 1, kLargestSide)) options.sides.push_back(side);
  options.memory_bytes = arguments.bytes("memory").value_or(0);
  return options;
}

void check(const Arguments& arguments) {
  options_of(arguments);
  session_options(arguments);
  const std::string device = arguments.text_or("device", "");
  if (!device.empty() && device != "cpu" && device != "cuda") {
    throw UsageError("--device: expected cpu or cuda, found '" + device + "'");
  }
}

int run(const Arguments& arguments, const comm::World& world) {
  comm::Session session(world, session_options(arguments));
  describe_cluster(arguments, session);
  const auto device = comm::make_device(arguments.text_or("device", ""), world.local_rank());
  comm::measure_compute(session, *device, options_of(arguments));
  session.finish();
  return kOk;
}

}  // namespace

const Command kComputeCommand{"compute",
                              "what matrix products, memory and launches take on a device",
                              "[options]",
                              "mpirun -n 8 sextant-comm compute --output h100.json\n"
                              "          sextant-comm compute --device cpu --sides 512,2048",
                              declare,
                              check,
                              run};

}  // namespace sextant::program
