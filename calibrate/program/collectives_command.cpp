#include <fmt/format.h>

#include "calibrate/program/command.h"
#include "calibrate/program/communication_options.h"
#include "calibrate/program/rails.h"
#include "calibrate/program/session_options.h"
#include "calibrate/program/usage_error.h"

namespace po = boost::program_options;

namespace sextant::program {
namespace {

void declare(po::options_description& options, po::positional_options_description&) {
  declare_backend(options);
  options.add_options()("all-rails",
                        "of libfabric: every card by itself, in place of all together");
  options.add_options()("smallest", po::value<std::string>(), "smallest size (default: 8 B)");
  options.add_options()("largest", po::value<std::string>(), "largest size (default: 1 GiB)");
  options.add_options()("step", po::value<std::string>(),
                        "factor from one size to the next (default: 2)");
  options.add_options()("nodes", po::value<std::string>(),
                        "numbers of nodes, \"1,2,4\" (default: 1, 2, 4 … and all)");
  options.add_options()("layout", po::value<std::string>(),
                        "\"tensor=8,pipeline=2\": its groups too, alone and beside each other");
  options.add_options()("operations", po::value<std::string>(),
                        "only these, \"all_reduce,send_recv\" (default: all)");
  options.add_options()("skew", po::value<std::string>(),
                        "uneven all-to-alls too, \"0.5,1\": 0 is even, 1 gives the last peer twice "
                        "its share and the first nothing");
  options.add_options()("no-check", "results are not verified");
  declare_session(options);
}

std::vector<double> skews_of(const Arguments& arguments) {
  std::vector<double> skews;
  for (const std::string& word : arguments.list("skew")) {
    skews.push_back(read_number("skew", word, 0, 1));
  }
  return skews;
}

comm::CommunicationOptions options_of(const Arguments& arguments) {
  constexpr int kMostNodes = 1'000'000;
  comm::CommunicationOptions options;
  options.operations = read_operations(arguments.list("operations"));
  options.smallest = arguments.bytes("smallest").value_or(options.smallest);
  options.largest = arguments.bytes("largest").value_or(options.largest);
  options.step = arguments.number("step", 1.1, 1e6).value_or(options.step);
  options.nodes = arguments.counts("nodes", 1, kMostNodes);
  if (const auto layout = arguments.text("layout")) options.layout = read_layout(*layout);
  options.skews = skews_of(arguments);
  options.check = !arguments.has("no-check");
  if (options.smallest > options.largest) {
    throw UsageError("--smallest is larger than --largest (default: 8 B to 1 GiB)");
  }
  return options;
}

void check(const Arguments& arguments) {
  backend_options(arguments);
  options_of(arguments);
  session_options(arguments);
}

int run(const Arguments& arguments, const comm::World& world) {
  comm::Session session(world, session_options(arguments));
  describe_cluster(arguments, session);
  const comm::BackendOptions backend = chosen_backend(arguments, world);
  if (arguments.has("all-rails")) {
    measure_every_rail(session, backend, options_of(arguments));
  } else {
    measure_with(session, backend, options_of(arguments));
  }
  session.finish();
  return kOk;
}

}  // namespace

const Command kCollectivesCommand{
    "collectives",
    "what collectives and messages take, over sizes and nodes",
    "[options]",
    "mpirun -n 16 sextant-comm collectives --backend nccl --output p5.json\n"
    "          srun -N 4 --ntasks-per-node 8 sextant-comm collectives --layout "
    "tensor=8 -o p5.json\n"
    "          mpirun -n 2 sextant-comm collectives --backend ofi --provider efa --all-rails",
    declare,
    check,
    run};

}  // namespace sextant::program
