#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/watchdog.h"
#include "calibrate/comm/world.h"
#include "calibrate/program/command.h"
#include "calibrate/program/usage_error.h"
#include "src/io/diagnostics.h"

namespace sextant::program {
namespace {

using Words = std::vector<std::string>;

constexpr double kStartTimeout_s = 600;  ///< thousands of processes take minutes
constexpr double kEndTimeout_s = 60;
constexpr std::chrono::milliseconds kRootFirst{300};

/// Among the processes that mpirun or srun started, as their environment says, before MPI runs.
bool is_first_process() {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"}) {
    if (const char* rank = std::getenv(name)) return std::string(rank) == "0";
  }
  return true;
}

int show(const std::string& page) {
  if (is_first_process()) fmt::print("{}", page);
  return kOk;
}

struct Job {
  const Command* command;
  Arguments arguments;
};

/// Nothing if a page was all that was asked for.
std::optional<Job> read_command_line(const Words& words) {
  if (words.empty()) throw UsageError(general_help());
  const std::string& name = words.front();
  if (name == "version" || name == "--version")
    return show("sextant-comm " SEXTANT_VERSION "\n"), std::nullopt;
  if (name == "help" || name == "--help" || name == "-h") {
    show(words.size() > 1 ? command_help(find_command(words[1])) : general_help());
    return std::nullopt;
  }
  const Command& command = find_command(name);
  Arguments arguments = parse_arguments(command, Words(words.begin() + 1, words.end()));
  if (arguments.has("help")) return show(command_help(command)), std::nullopt;
  command.check(arguments);
  return Job{&command, std::move(arguments)};
}

/// Joins the other processes; a launcher that does not find its way back would wait for ever.
std::unique_ptr<comm::World> join(int& argc, char**& argv) {
  comm::Watchdog watchdog({-1, comm::this_host(), ""}, [] { return "Nothing was measured yet."; });
  watchdog.begin("starting MPI (MPI_Init)", kStartTimeout_s);
  return std::make_unique<comm::World>(argc, argv);
}

void leave(std::unique_ptr<comm::World> world) {
  comm::Watchdog watchdog({world->rank(), comm::this_host(), ""}, [] { return "All is written."; });
  watchdog.begin("leaving MPI (MPI_Finalize)", kEndTimeout_s);
  world.reset();
}

/// Where every rank fails alike, the first one's message is enough.
[[noreturn]] void fail(const comm::World& world, int exit_code, const std::string& message) {
  if (!world.root()) std::this_thread::sleep_for(kRootFirst);
  const std::string place = fmt::format("rank {} on {}: ", world.rank(), comm::this_host());
  fmt::print(stderr, "\nsextant-comm: {}{}\n", exit_code == kUnavailable ? place : "", message);
  std::fflush(stderr);
  std::fflush(stdout);
  comm::end_all_ranks(exit_code);
}

int run(const Job& job, const comm::World& world) {
  try {
    return job.command->run(job.arguments, world);
  } catch (const UsageError& error) {
    fail(world, kUsage, error.what());
  } catch (const io::InputError& error) {
    fail(world, kBadInput, error.what());
  } catch (const comm::CommError& error) {
    fail(world, kUnavailable, error.what());
  } catch (const std::exception& error) {
    fail(world, kInternal,
         fmt::format("internal error: {}\nThis is a defect of Sextant. Please "
                     "report it with the command line.",
                     error.what()));
  }
}

int main_guarded(int argc, char** argv) {
  try {
    const auto job = read_command_line({argv + 1, argv + argc});
    if (!job) return kOk;
    std::unique_ptr<comm::World> world = join(argc, argv);
    const int exit_code = run(*job, *world);
    leave(std::move(world));
    return exit_code;
  } catch (const UsageError& error) {
    if (is_first_process()) fmt::print(stderr, "sextant-comm: {}\n", error.what());
    return kUsage;
  } catch (const std::exception& error) {
    fmt::print(stderr, "sextant-comm: {}: {}\n", comm::this_host(), error.what());
    return kUnavailable;
  }
}

}  // namespace
}  // namespace sextant::program

int main(int argc, char** argv) { return sextant::program::main_guarded(argc, argv); }
