#include <fmt/format.h>

#include "src/import/launches.h"
#include "src/import/megatron_words.h"
#include "src/import/nemo_words.h"

namespace sextant::importer {
namespace {

io::Place whole(const io::Document& document) { return {&document, 0, 1}; }

void list_conditional(const Launch& launch, ImportedRun& run) {
  for (const ShellWord& word : launch.left_out) {
    if (!word.text.starts_with("--")) continue;
    run.not_used.push_back({word.text, word.place, "added under a condition: not taken"});
  }
}

/// How often the state is saved counts steps, whose time the forecast finds.
void take_checkpoints(Settings& settings, ImportedRun& run) {
  if (settings.flag({"async_save"})) {
    run.take("checkpoint/mode", std::string("asynchronous"), *settings.find({"async_save"}));
  } else if (settings.has({"save"})) {
    run.take("checkpoint/mode", io::Node(std::string("blocking"), {}),
             "--save without --async-save", settings.find({"save"})->place);
  }
}

void note_interval(ImportedRun& run) {
  for (NotUsed& each : run.not_used) {
    if (each.name != "--save-interval" || !each.reason.empty()) continue;
    each.reason = "counts steps: set checkpoint.interval once their time is known";
  }
}

ImportedRun take_megatron(const io::Document& document, const Launch& launch,
                          const LaunchOptions& options, io::Diagnostics& diagnostics) {
  ImportedRun run;
  run.format = "megatron";
  run.scenario.place = whole(document);
  Settings settings(whole(document), {""}, diagnostics);
  add_arguments(launch.arguments, settings, run);
  take_nodes(document, launch, options, run, diagnostics);
  take_model(settings, Dialect::kMegatron, run);
  take_batch(settings, Dialect::kMegatron, run);
  take_layout(settings, Dialect::kMegatron, run);
  take_software(settings, Dialect::kMegatron, run);
  take_checkpoints(settings, run);
  if (launch.program.find("bert") != std::string::npos && run.find("model")) {
    run.assume("model/bidirectional", true, fmt::format("{} trains an encoder", launch.program));
  }
  list_conditional(launch, run);
  run.list_not_used(settings);
  note_interval(run);
  return run;
}

std::optional<ImportedRun> unless_wrong(ImportedRun run, const io::Diagnostics& diagnostics) {
  if (diagnostics.has_errors()) return std::nullopt;
  return run;
}

}  // namespace

std::optional<ImportedRun> read_megatron(const io::Document& document, const LaunchOptions& options,
                                         io::Diagnostics& diagnostics) {
  const auto launch = find_launch(document, options, {LaunchKind::kMegatron}, diagnostics);
  if (!launch) return std::nullopt;
  return unless_wrong(take_megatron(document, *launch, options, diagnostics), diagnostics);
}

std::optional<ImportedRun> read_slurm(const io::Document& document, const LaunchOptions& options,
                                      io::Diagnostics& diagnostics) {
  const auto launch =
      find_launch(document, options, {LaunchKind::kMegatron, LaunchKind::kNemo, LaunchKind::kOther},
                  diagnostics);
  if (!launch) return std::nullopt;
  ImportedRun run;
  if (launch->kind == LaunchKind::kMegatron) {
    run = take_megatron(document, *launch, options, diagnostics);
  } else if (launch->kind == LaunchKind::kNemo) {
    run = take_nemo_overrides(document, *launch, options, diagnostics);
  } else {
    run.scenario.place = whole(document);
    Settings settings(whole(document), {""}, diagnostics);
    add_arguments(launch->arguments, settings, run);
    take_nodes(document, *launch, options, run, diagnostics);
    run.list_not_used(settings);
  }
  run.format = "slurm";
  return unless_wrong(std::move(run), diagnostics);
}

}  // namespace sextant::importer
