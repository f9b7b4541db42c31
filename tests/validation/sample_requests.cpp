// Outcomes of loads of requests to a store of objects, simulated request by request.
//
//     sample_requests MODE [attempts=0] [rate=10] [burst_s=1] [first_byte_s=0] [spread_s=0]
//                     [refusal_s=0] [clients=1] [connections=1] [requests=1] [samples=1]
//
// MODE is a retry mode's name; attempts=0: as the mode has it. One partition takes `rate` requests
// a second, and those of burst_s at once. An answer takes first_byte_s and up to spread_s more; a
// refusal refusal_s.
// Prints a line per sample: time [s], accepted, refused, failed.

#include <fmt/format.h>

#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "sextant/storage/request_load.h"

namespace sextant {
namespace {

[[noreturn]] void give_up(const std::string& about) {
  fmt::print(stderr, "sample_requests: cannot use '{}'\n", about);
  std::exit(2);
}

/// The arguments after the first.
class Options {
 public:
  explicit Options(const std::vector<std::string>& arguments) {
    for (const std::string& argument : arguments) {
      const std::size_t equals = argument.find('=');
      const auto known = values_.find(argument.substr(0, equals));
      if (equals == std::string::npos || known == values_.end()) give_up(argument);
      known->second = std::stod(argument.substr(equals + 1));
    }
  }
  double operator[](const std::string& name) const { return values_.at(name); }
  std::int64_t whole(const std::string& name) const {
    return static_cast<std::int64_t>(values_.at(name));
  }

 private:
  std::map<std::string, double> values_{
      {"attempts", 0},  {"rate", 10},   {"burst_s", 1},     {"first_byte_s", 0}, {"spread_s", 0},
      {"refusal_s", 0}, {"clients", 1}, {"connections", 1}, {"requests", 1},     {"samples", 1}};
};

template <class T>
Coefficient<T> given(T value) {
  return {value, "given", "", Method::kAssumed, std::nullopt};
}

ObjectStore store_of(const Options& options) {
  constexpr double kNever = 1e9;
  ObjectStore store;
  store.put_rate = given(options["rate"]);
  store.get_rate = store.put_rate;
  store.burst = given(Seconds(options["burst_s"]));
  store.split_after = given(Seconds(kNever));
  const Seconds fastest(options["first_byte_s"]);
  const Seconds slowest = fastest + Seconds(options["spread_s"]);
  store.first_byte = given(fastest);
  store.first_byte.range = {fastest, slowest};
  store.refusal = given(Seconds(options["refusal_s"]));
  store.connection_bandwidth = given(BytesPerSecond(1));
  return store;
}

RequestLoad load_of(const std::string& mode_name, const Options& options) {
  const auto mode = enum_from_name<RetryMode>(mode_name);
  if (!mode) give_up(mode_name);
  RequestLoad load;
  load.clients = options.whole("clients");
  load.requests = options.whole("requests");
  load.connections = options.whole("connections");
  load.connection_bandwidth = BytesPerSecond(1);
  load.retry = retry_policy(*mode);
  if (options["attempts"] > 0) load.retry.max_attempts = static_cast<int>(options["attempts"]);
  return load;
}

void sample(const std::vector<std::string>& arguments) {
  if (arguments.empty()) give_up("no retry mode");
  const Options options({arguments.begin() + 1, arguments.end()});
  const ObjectStore store = store_of(options);
  const RequestLoad load = load_of(arguments[0], options);
  for (std::int64_t i = 0; i < options.whole("samples"); ++i) {
    const RequestOutcome outcome = simulate_requests(store, load, static_cast<std::uint64_t>(i));
    fmt::print("{:.9f} {:.0f} {:.0f} {:.0f}\n", outcome.time.si(), outcome.accepted,
               outcome.refused, outcome.failed);
  }
}

}  // namespace
}  // namespace sextant

int main(int count, char** arguments) {
  sextant::sample({arguments + 1, arguments + count});
  return 0;
}
