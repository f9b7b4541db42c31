#pragma once

#include <optional>
#include <string>
#include <vector>

#include "src/import/imported_run.h"
#include "src/import/shell_script.h"

namespace sextant::importer {

/// What an import is given besides the file.
struct LaunchOptions {
  ShellVariables variables{};
  bool nodes_given = false;  ///< then what the file says of them may differ
};

/// Whose arguments a launch has.
enum class LaunchKind { kMegatron, kNemo, kOther };

/// A launch of a training run, as a script has it.
struct Launch {
  LaunchKind kind = LaunchKind::kOther;
  std::vector<ShellWord> launcher;   ///< srun, torchrun and their options
  std::vector<ShellWord> arguments;  ///< of the training script
  std::string program;               ///< "pretrain_gpt.py"; empty: arguments only
  ShellWords left_out;
};

/// Finds the launch: a command that starts a Python script with arguments that are known, else
/// arguments alone, in arrays or line by line. Two launches with other arguments are an error.
/// `kinds`: what is looked for; with kOther any command that starts something on nodes will do, and
/// there may be none. Null after an error.
std::optional<Launch> find_launch(const io::Document& document, const LaunchOptions& options,
                                  const std::vector<LaunchKind>& kinds,
                                  io::Diagnostics& diagnostics);

/// Nodes and processes per node, of the launcher and of #SBATCH lines, into /cluster/nodes and
/// ranks_per_node. Different numbers of nodes are an error.
void take_nodes(const io::Document& document, const Launch& launch, const LaunchOptions& options,
                ImportedRun& run, io::Diagnostics& diagnostics);

/// "--name value …" and "--name=value" as settings: tensor_model_parallel_size.
void add_arguments(const std::vector<ShellWord>& words, Settings& settings, ImportedRun& run);

/// "model.name=value", as Hydra has them, as settings.
void add_overrides(const std::vector<ShellWord>& words, Settings& settings);

}  // namespace sextant::importer
