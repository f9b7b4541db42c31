#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>

#include "src/catalog/catalogue.h"
#include "src/cli/command.h"
#include "src/cli/page_file.h"
#include "src/cli/print_text.h"
#include "src/cli/progress_line.h"
#include "src/cli/usage_error.h"
#include "src/pages/sweep_page.h"
#include "src/report/human.h"
#include "src/report/sweep_report.h"
#include "src/run/interrupt.h"
#include "src/sweep/run_sweep.h"
#include "src/sweep/summary.h"

namespace po = boost::program_options;

namespace sextant::cli {
namespace {

void declare(po::options_description& options, po::positional_options_description& positional) {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  options.add_options()("study", text("FILE"), "study file")(
      "output", text("FILE"), "SQLite file of the results; default: as the study's file, here")(
      "export", text("csv"), "print every point as CSV when all are done")(
      "shard", text("I/N"),
      "do only every N-th point, from the I-th on, in a file of its own: for jobs that cannot see "
      "one another")("merge",
                     po::value<std::vector<std::string>>()->multitoken()->value_name("FILE…"),
                     "bring shards together in one file, and do nothing else")(
      "json", "print one JSON document, in SI units")("html", text("FILE"), kHtmlHelp)(
      "replicas", text("N"), "simulated runs of each point; default: the study's")(
      "seed", text("N"), "seed of all random numbers; default: the study's")(
      "threads", text("N"), "threads; default: one per processor. Does not change the result")(
      "models", text("DIR"), "folder of the models");
  positional.add("study", 1);
}

constexpr std::int64_t kMaxReplicas = 1'000'000;
constexpr std::int64_t kMaxSeed = 1LL << 53;  // what a JSON number holds
constexpr std::int64_t kMaxThreads = 4096;
constexpr std::size_t kMissingShown = 5;

sweep::Shard shard_of(const Arguments& arguments) {
  const auto text = arguments.text("shard");
  if (!text) return {};
  std::smatch match;
  static const std::regex kShape("([0-9]{1,9})/([0-9]{1,9})");
  if (std::regex_match(*text, match, kShape)) {
    const sweep::Shard shard{std::stoll(match[1]), std::stoll(match[2])};
    if (1 <= shard.number && shard.number <= shard.of) return shard;
  }
  throw UsageError(
      fmt::format("sweep: --shard takes I/N, the I-th of N shards as 1/4, found '{}'", *text));
}

std::string output_of(const Arguments& arguments, const std::string& study,
                      const sweep::Shard& shard) {
  if (const auto output = arguments.text("output")) return *output;
  const std::string stem = std::filesystem::path(study).stem().string();
  if (shard.of == 1) return stem + ".sqlite";
  return fmt::format("{}-{}-of-{}.sqlite", stem, shard.number, shard.of);
}

/// What the command line asks for, checked.
struct Question {
  std::string study;
  std::string output;
  sweep::Shard shard;
  std::vector<std::string> merge;
  bool csv = false;
  bool json = false;
};

Question question_of(const Arguments& arguments) {
  const auto study = arguments.text("study");
  if (!study) throw UsageError("sweep: which study? usage: sextant sweep STUDY [options]");
  Question question{.study = *study,
                    .output = "",
                    .shard = shard_of(arguments),
                    .merge = arguments.texts("merge"),
                    .json = arguments.has("json")};
  question.output = output_of(arguments, *study, question.shard);
  const auto format = arguments.text("export");
  if (format && *format != "csv") {
    throw UsageError(fmt::format("sweep: --export takes 'csv', found '{}'", *format));
  }
  question.csv = format.has_value();
  if (question.csv && question.json) throw UsageError("sweep: --export or --json, not both");
  if (question.shard.of > 1 && !question.merge.empty()) {
    throw UsageError("sweep: --shard does points, --merge brings them together: not both");
  }
  return question;
}

sweep::OpenStudy open(const Arguments& arguments, const Question& question) {
  return sweep::open_study(question.study,
                           {.replicas = arguments.replicas(), .seed = arguments.seed()});
}

/// All ranks read the same files, or their rows do not belong together.
void require_same_files(const sweep::StudyRecord& record, const run::Ranks& ranks) {
  std::string own = record.study_hash + record.scenario_hash;
  for (const catalog::UsedFile& file : record.files) own += file.path + file.hash;
  const std::vector<std::string> all = ranks.gather(own);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i] == all.front()) continue;
    throw io::InputError(
        fmt::format("error: process {} of {} reads another study, or other models, than the first\n"
                    "  help: give all machines the same files\n",
                    i + 1, all.size()));
  }
}

void write_sweep_page(const Arguments& arguments, const report::SweepReport& report,
                      sweep::Store& store) {
  write_page(arguments,
             [&] { return pages::sweep_page(report, report::sweep_json(report), store); });
}

report::SweepReport report_of(const Question& question, const sweep::OpenStudy& study,
                              sweep::Store& store, std::int64_t points, std::int64_t done_now) {
  return {study, question.output, store.record().study_hash, done_now,
          sweep::summarise(study, store, points)};
}

/// Of a run that was stopped: what is there, and how it goes on.
ExitCode report_interrupted(const Question& question, sweep::Store& store, std::int64_t points) {
  fmt::print(stderr,
             "sextant: interrupted: {} of {} points are in {}; the same command goes on from "
             "there\n",
             report::grouped(store.done()), report::grouped(points), question.output);
  return ExitCode::kInterrupted;
}

/// Whether the merged shards are the whole study; says what is missing.
bool report_missing(const Question& question, sweep::Store& store) {
  const std::int64_t points = store.record().points;
  const std::int64_t missing = points - store.done();
  if (missing == 0) return false;
  std::vector<std::int64_t> some = store.missing(0, points, [](std::int64_t) { return true; });
  some.resize(std::min(some.size(), kMissingShown));
  fmt::print(stderr,
             "sextant: {} of {} points are missing in {}: {}{}. Merge their shards too, or run "
             "the study with --output {} to do them\n",
             report::grouped(missing), report::grouped(points), question.output,
             fmt::join(some, ", "), missing > std::ssize(some) ? ", …" : "", question.output);
  return true;
}

ExitCode print(const Arguments& arguments, const Question& question, const sweep::OpenStudy& study,
               sweep::Store& store, std::int64_t points, std::int64_t done_now) {
  const report::SweepReport report = report_of(question, study, store, points, done_now);
  write_sweep_page(arguments, report, store);
  if (question.csv) {
    std::vector<sweep::Cell> header;
    for (std::string& column : store.columns()) header.emplace_back(std::move(column));
    fmt::print("{}", report::csv_record(header));
    store.for_each_row([](const auto& cells) { fmt::print("{}", report::csv_record(cells)); });
    return ExitCode::kOk;
  }
  if (question.json) {
    fmt::print("{}\n", report::sweep_json(report).dump(2));
  } else {
    print_text(report::sweep_text(report, report::style_of_stdout()));
  }
  return report.summary.ok > 0 ? ExitCode::kOk : ExitCode::kInfeasible;
}

ExitCode merge(const Arguments& arguments, const Question& question, const sweep::OpenStudy& study,
               sweep::Store& store) {
  for (const std::string& file : question.merge) store.merge(file);
  const ExitCode code = print(arguments, question, study, store, study.points.count(), 0);
  return report_missing(question, store) ? ExitCode::kIncomplete : code;
}

ExitCode run_study(const Arguments& arguments, const Question& question, const run::Ranks& ranks) {
  // A limit on the size of files is an error that is reported, not the end of the program.
  std::signal(SIGXFSZ, SIG_IGN);
  const std::filesystem::path models = catalog::find_models(arguments.text("models"));
  const int threads = arguments.threads();
  const sweep::OpenStudy study = open(arguments, question);
  catalog::Catalogue catalogue(models);
  std::string warnings;
  sweep::try_values(study, catalogue, &warnings);
  fmt::print(stderr, "{}", warnings);
  const sweep::StudyRecord record = record_of(study, catalogue, models);

  std::optional<sweep::Store> store;
  if (ranks.rank() == 0) store.emplace(question.output, record);
  if (!question.merge.empty()) {
    return store ? merge(arguments, question, study, *store) : ExitCode::kOk;
  }
  require_same_files(record, ranks);
  const run::Interrupt interrupt;
  const std::int64_t points = question.shard.count(study.points.count());
  const std::int64_t before = store ? store->done() : 0;
  ProgressLine progress("points", points - before);
  const std::int64_t done_now =
      sweep::run_sweep(study, store ? &*store : nullptr,
                       {.models = models,
                        .shard = question.shard,
                        .parallel = {.threads = threads,
                                     .progress = [&](std::int64_t done) { progress.update(done); },
                                     .ranks = &ranks},
                        .stopped = [&] { return interrupt.requested(); }});
  if (!store) return ExitCode::kOk;
  if (store->done() < points) {
    if (arguments.has("html")) {
      write_sweep_page(arguments, report_of(question, study, *store, points, done_now), *store);
    }
    return report_interrupted(question, *store, points);
  }
  return print(arguments, question, study, *store, points, done_now);
}

ExitCode run(const Arguments& arguments, const run::Ranks& ranks) {
  const Question question = question_of(arguments);
  try {
    return run_study(arguments, question, ranks);
  } catch (const run::RanksParted&) {
    if (ranks.rank() == 0) throw;
    return ExitCode::kOk;  // the first one says why
  }
}

}  // namespace

const Command kSweepCommand{
    .name = "sweep",
    .summary = "forecast many variants of one scenario into a SQLite file; goes on after a kill",
    .synopsis = "STUDY [--output FILE] [--shard I/N] [--merge FILE…] [--export csv]",
    .example = "scenarios/studies/nodes-and-interval.json --output results.sqlite",
    .declare = declare,
    .run = run,
    .shares_work = true};

}  // namespace sextant::cli
