#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include "src/cli/command.h"
#include "src/cli/usage_error.h"
#include "src/io/diagnostics.h"
#include "src/run/interrupt.h"
#include "src/serve/http_server.h"
#include "src/serve/local_service.h"

namespace po = boost::program_options;
namespace fs = std::filesystem;

namespace sextant::cli {
namespace {

constexpr int kDefaultPort = 8347;

void declare(po::options_description& options, po::positional_options_description& positional) {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  options.add_options()(
      "folder", text("FOLDER"),
      "scenarios to show, those in folders within too; default: the shipped ones")(
      "port", text("N"), "port on 127.0.0.1 (8347); 0: any that is free")("models", text("DIR"),
                                                                          "folder of the models");
  positional.add("folder", 1);
}

/// The shipped scenarios stand beside the models.
fs::path folder_of(const Arguments& arguments, const fs::path& models) {
  const auto given = arguments.text("folder");
  const fs::path folder = given ? fs::path(*given) : (models / "../scenarios").lexically_normal();
  std::error_code error;
  fs::path found = fs::canonical(folder, error);
  if (!error && fs::is_directory(found, error)) return found;
  throw io::InputError(
      fmt::format("error: the folder of scenarios {} was not found\n  help: sextant serve FOLDER\n",
                  folder.string()));
}

void serve_until(const run::Interrupt& interrupt, serve::HttpServer& server,
                 serve::LocalService& service) {
  std::jthread listening([&] { server.run(); });
  while (!interrupt.requested()) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  service.close();
  server.stop();
}

ExitCode run(const Arguments& arguments, const run::Ranks& /*ranks*/) {
  const int asked = static_cast<int>(arguments.count("port", 0, 65535).value_or(kDefaultPort));
  const fs::path models = catalog::find_models(arguments.text("models"));
  const fs::path folder = folder_of(arguments, models);
  serve::LocalService service(folder, models);
  serve::HttpServer server(
      [&](const serve::Request& request) { return serve::answer(request, service); });
  const int port = server.bind(asked);
  if (port == 0) {
    fmt::print(stderr,
               "sextant: port {} of 127.0.0.1 cannot be used: something else listens there, or it "
               "is reserved\n  help: --port 0 takes one that is free\n",
               asked);
    return ExitCode::kUnavailable;
  }
  service.set_port(port);
  const run::Interrupt interrupt;
  fmt::print(stderr, "http://127.0.0.1:{}/ shows the scenarios of {}; Ctrl-C ends it\n", port,
             folder.string());
  serve_until(interrupt, server, service);
  return ExitCode::kOk;
}

}  // namespace

const Command kServeCommand{
    .name = "serve",
    .summary = "the pages on 127.0.0.1: pick a scenario, change inputs, see the forecast change",
    .synopsis = "[FOLDER] [options]",
    .example = "scenarios",
    .declare = declare,
    .run = run};

}  // namespace sextant::cli
