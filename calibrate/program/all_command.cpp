#include "calibrate/comm/device.h"
#include "calibrate/comm/suites.h"
#include "calibrate/program/command.h"
#include "calibrate/program/communication_options.h"
#include "calibrate/program/rails.h"
#include "calibrate/program/session_options.h"

namespace po = boost::program_options;

namespace sextant::program {
namespace {

constexpr double kStep = 4.0;

void declare(po::options_description& options, po::positional_options_description&) {
  declare_backend(options);
  options.add_options()("largest", po::value<std::string>(),
                        "largest message (default: 1 GiB); sizes go up by factors of 4");
  options.add_options()("layout", po::value<std::string>(),
                        "\"tensor=8,pipeline=2\": its groups too, alone and beside each other");
  options.add_options()("device", po::value<std::string>(), "cuda or cpu; default: what there is");
  options.add_options()("path", po::value<std::string>(), "a folder on the file system, too");
  declare_session(options);
}

comm::CommunicationOptions communication_of(const Arguments& arguments) {
  comm::CommunicationOptions options;
  options.step = kStep;
  options.largest = arguments.bytes("largest").value_or(options.largest);
  if (const auto layout = arguments.text("layout")) options.layout = read_layout(*layout);
  return options;
}

void check(const Arguments& arguments) {
  backend_options(arguments);
  communication_of(arguments);
  session_options(arguments);
}

int run(const Arguments& arguments, const comm::World& world) {
  comm::Session session(world, session_options(arguments));
  describe_cluster(arguments, session);
  {
    const auto device = comm::make_device(arguments.text_or("device", ""), world.local_rank());
    comm::measure_compute(session, *device, {});
  }
  if (world.size() > 1) {
    measure_with(session, chosen_backend(arguments, world), communication_of(arguments));
  } else {
    session.note("one process has nobody to talk to: communication was left out");
  }
  if (const auto path = arguments.text("path")) {
    comm::PathOptions options;
    options.path = *path;
    comm::measure_path(session, options);
  }
  session.finish();
  return kOk;
}

}  // namespace

const Command kAllCommand{"all",
                          "kernels, communication, and storage if a path is given",
                          "[options]",
                          "srun -N 4 --ntasks-per-node 8 sextant-comm all --instance p5.48xlarge "
                          "-o p5.json",
                          declare,
                          check,
                          run};

}  // namespace sextant::program
