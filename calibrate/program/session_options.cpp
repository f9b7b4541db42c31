#include "calibrate/program/session_options.h"

#include <algorithm>

namespace po = boost::program_options;

namespace sextant::program {

void declare_session(po::options_description& options) {
  options.add_options()("output,o", po::value<std::string>(),
                        "the measurements document, whole on disk after every point; without it, "
                        "on standard output at the end");
  options.add_options()("total-time", po::value<std::string>(),
                        "points that would begin later are left out (default: 30 min)");
  options.add_options()("point-timeout", po::value<std::string>(),
                        "a point that takes longer ends the program (default: 60 s)");
  options.add_options()("point-time", po::value<std::string>(),
                        "repetitions go on for so long (default: 1 s)");
  options.add_options()("repetitions", po::value<std::string>(),
                        "at least so many (default: 5); 1,000 at most");
  options.add_options()("warm-up", po::value<std::string>(),
                        "untimed repetitions before (default: 3)");
  options.add_options()("instance", po::value<std::string>(),
                        "recorded: the kind of node, as the catalogue calls it");
}

comm::SessionOptions session_options(const Arguments& arguments) {
  constexpr int kMost = 1'000'000;
  comm::SessionOptions options;
  options.output = arguments.text_or("output", "");
  options.total_s = arguments.seconds("total-time").value_or(options.total_s);
  options.point_timeout_s = arguments.seconds("point-timeout").value_or(options.point_timeout_s);
  comm::MethodOptions& method = options.method;
  method.point_s = arguments.seconds("point-time").value_or(method.point_s);
  method.warm_up = arguments.count("warm-up", 0, kMost).value_or(method.warm_up);
  method.min_repetitions =
      arguments.count("repetitions", 1, kMost).value_or(method.min_repetitions);
  method.max_repetitions = std::max(method.max_repetitions, method.min_repetitions);
  return options;
}

void describe_cluster(const Arguments& arguments, comm::Session& session) {
  session.environment().instance = arguments.text_or("instance", "");
}

}  // namespace sextant::program
