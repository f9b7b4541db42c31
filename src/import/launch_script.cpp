#include "src/import/launch_script.h"

#include <fmt/format.h>

#include <algorithm>

#include "src/import/trace_text.h"
#include "src/io/printable.h"

namespace sextant::importer {
namespace {

/// An option of a #SBATCH line.
struct Directive {
  std::string name;  ///< long: "nodes"
  ShellWord value;
};

std::string long_name(std::string_view name) {
  static constexpr std::pair<std::string_view, std::string_view> kShort[] = {
      {"-N", "nodes"},     {"-n", "ntasks"}, {"-t", "time"},         {"-J", "job-name"},
      {"-p", "partition"}, {"-G", "gpus"},   {"-c", "cpus-per-task"}};
  for (const auto& [letter, word] : kShort) {
    if (name == letter) return std::string(word);
  }
  return std::string(name.substr(std::min(name.find_first_not_of('-'), name.size())));
}

/// "--nodes=4", "--nodes 4", "-N 4", "-N4" in a list of words.
std::vector<Directive> options_of(const std::vector<ShellWord>& words) {
  std::vector<Directive> options;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const ShellWord& word = words[i];
    if (!word.text.starts_with("-")) continue;
    ShellWord value = word;
    const std::size_t sign = word.text.find('=');
    const bool letter = word.text.size() > 2 && word.text[1] >= 'A' && word.text[1] <= 'z' &&
                        word.text[2] >= '0' && word.text[2] <= '9';
    if (word.text.starts_with("--") && sign != std::string::npos) {
      value.text = word.text.substr(sign + 1);
      value.place.begin += static_cast<std::uint32_t>(sign + 1);
      if (value.place.end <= value.place.begin) value.place = word.place;
      options.push_back({long_name(std::string_view(word.text).substr(0, sign)), value});
    } else if (letter) {
      value.text = word.text.substr(2);
      options.push_back({long_name(std::string_view(word.text).substr(0, 2)), value});
    } else if (i + 1 < words.size() && !words[i + 1].text.starts_with("-")) {
      options.push_back({long_name(word.text), words[i + 1]});
    }
  }
  return options;
}

/// The #SBATCH lines, which come before any command.
std::vector<Directive> directives_of(const io::Document& document) {
  constexpr std::string_view kMark = "#SBATCH";
  std::vector<ShellWord> words;
  const std::string& text = document.text;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line(text.data() + begin, end - begin);
    for (std::size_t at = line.starts_with(kMark) ? kMark.size() : line.size(); at < line.size();) {
      const std::size_t word = line.find_first_not_of(" \t\r", at);
      if (word == std::string_view::npos || line[word] == '#') break;
      at = std::min(line.find_first_of(" \t\r", word), line.size());
      words.push_back({std::string(line.substr(word, at - word)),
                       {&document, static_cast<std::uint32_t>(begin + word),
                        static_cast<std::uint32_t>(begin + at)},
                       {}});
    }
    begin = end + 1;
  }
  return options_of(words);
}

const ShellWord* find_option(const std::vector<Directive>& options, std::string_view name) {
  for (const Directive& option : options) {
    std::string plain = option.name;
    std::replace(plain.begin(), plain.end(), '_', '-');
    if (plain == name) return &option.value;
  }
  return nullptr;
}

std::optional<std::int64_t> whole(const ShellWord* word) {
  if (!word || !word->unknown.empty()) return std::nullopt;
  const io::Node node = word_value(*word);
  const auto* value = node.get<std::int64_t>();
  return value && *value >= 1 && *value <= 10'000'000 ? std::optional(*value) : std::nullopt;
}

/// The last number of "gpu:8" and "gpu:h100:8".
std::optional<std::int64_t> of_gres(const ShellWord* word) {
  if (!word || !word->text.starts_with("gpu")) return std::nullopt;
  ShellWord number = *word;
  number.text = word->text.substr(word->text.rfind(':') + 1);
  return whole(&number);
}

std::optional<std::int64_t> devices_of(const std::vector<Directive>& options) {
  if (const auto count = whole(find_option(options, "gpus-per-node"))) return count;
  if (const auto count = of_gres(find_option(options, "gpus-per-node"))) return count;
  return of_gres(find_option(options, "gres"));
}

/// What Slurm sets in the environment of a batch script.
ShellVariables with_slurm(const ShellVariables& given, const std::vector<Directive>& directives) {
  ShellVariables variables = given;
  const auto set = [&](const char* name, std::optional<std::int64_t> value) {
    if (value) variables.try_emplace(name, std::to_string(*value));
  };
  const auto nodes = whole(find_option(directives, "nodes"));
  const auto tasks = whole(find_option(directives, "ntasks-per-node"));
  set("SLURM_NNODES", nodes);
  set("SLURM_JOB_NUM_NODES", nodes);
  set("SLURM_NTASKS_PER_NODE", tasks);
  set("SLURM_GPUS_ON_NODE", devices_of(directives));
  set("SLURM_GPUS_PER_NODE", devices_of(directives));
  if (nodes && tasks) set("SLURM_NTASKS", *nodes * *tasks);
  return variables;
}

bool is_launcher(const std::string& word) {
  const std::string name = word.substr(word.rfind('/') + 1);
  return name == "srun" || name == "torchrun" || name == "mpirun" || name == "mpiexec" ||
         name == "deepspeed" || name == "accelerate" || name.starts_with("python");
}

LaunchKind kind_of(const std::vector<ShellWord>& words) {
  const auto any = [&](auto&& test) { return std::any_of(words.begin(), words.end(), test); };
  const bool megatron = any([](const ShellWord& word) {
    return word.text.starts_with("--num-layers") || word.text == "--micro-batch-size" ||
           word.text.starts_with("--tensor-model-parallel-size");
  });
  if (megatron) return LaunchKind::kMegatron;
  const bool nemo = any([](const ShellWord& word) {
    const std::size_t sign = word.text.find('=');
    const std::string name = word.text.substr(0, std::min(sign, word.text.size()));
    return sign != std::string::npos &&
           (name.find("model.") != std::string::npos || name.find("trainer.") != std::string::npos);
  });
  return nemo ? LaunchKind::kNemo : LaunchKind::kOther;
}

/// Where the training script's own arguments begin; 0: there is no script.
std::size_t arguments_begin(const std::vector<ShellWord>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i].text.starts_with("-") && words[i].text != "-m") continue;
    if (words[i].text.ends_with(".py")) return i + 1;
    const bool module = words[i].text == "-m" && i + 1 < words.size() &&
                        !words[i + 1].text.starts_with("torch.distributed");
    if (module) return i + 2;
  }
  return 0;
}

Launch launch_of(const std::vector<ShellWord>& words) {
  Launch launch;
  const std::size_t begin = arguments_begin(words);
  const auto middle = words.begin() + static_cast<std::ptrdiff_t>(begin);
  launch.launcher.assign(words.begin(), middle);
  launch.arguments.assign(middle, words.end());
  if (begin > 0) launch.program = words[begin - 1].text;
  launch.kind = kind_of(launch.arguments);
  return launch;
}

/// All launches with a script, else arguments in arrays that nobody uses, else arguments alone.
std::vector<Launch> launches_of(const ShellScript& script, bool any_kind) {
  std::vector<Launch> launches;
  for (const ShellWords& command : script.commands) {
    Launch launch = launch_of(command);
    const bool starts = std::any_of(command.begin(), command.end(),
                                    [](const ShellWord& word) { return is_launcher(word.text); });
    const bool counts = launch.kind != LaunchKind::kOther || (any_kind && starts);
    if (!launch.program.empty() && counts) launches.push_back(std::move(launch));
  }
  if (!launches.empty()) return launches;
  for (const ShellArray& array : script.arrays) {
    Launch launch = launch_of(array.words);
    if (!array.used && launch.kind != LaunchKind::kOther) launches.push_back(std::move(launch));
  }
  if (!launches.empty()) return launches;
  std::vector<ShellWord> words;
  for (const ShellWords& command : script.commands) {
    const std::string& first = command.front().text;
    const bool arguments = first.starts_with("--") || kind_of(command) != LaunchKind::kOther;
    if (arguments) words.insert(words.end(), command.begin(), command.end());
  }
  Launch launch = launch_of(words);
  if (launch.kind != LaunchKind::kOther) launches.push_back(std::move(launch));
  return launches;
}

std::vector<std::string> texts_of(const std::vector<ShellWord>& words) {
  std::vector<std::string> texts;
  for (const ShellWord& word : words) texts.push_back(word.text);
  return texts;
}

/// Options of an srun whose own command is a shell that starts the launch.
void add_srun(const ShellScript& script, Launch& launch) {
  for (const ShellWords& command : script.commands) {
    const auto srun = std::find_if(command.begin(), command.end(), [](const ShellWord& word) {
      return word.text == "srun" || word.text.ends_with("/srun");
    });
    const auto shell = std::find_if(srun, command.end(), [](const ShellWord& word) {
      return word.text == "bash" || word.text == "sh" || word.text.ends_with("/bash");
    });
    if (shell == command.end()) continue;
    launch.launcher.insert(launch.launcher.end(), srun, shell);
  }
}

io::Place beginning(const io::Document& document) { return {&document, 0, 1}; }

const char* whose(const std::vector<LaunchKind>& kinds) {
  return kinds.front() == LaunchKind::kNemo ? "NeMo's settings (trainer.num_nodes=…)"
                                            : "Megatron-LM's arguments (--num-layers …)";
}

struct NodeCount {
  std::int64_t count = 0;
  std::string from;
  io::Place place;
};

void add_count(std::vector<NodeCount>& counts, const ShellWord* word, const char* from) {
  if (const auto count = whole(word)) counts.push_back({*count, from, word->place});
}

}  // namespace

std::optional<Launch> find_launch(const io::Document& document, const LaunchOptions& options,
                                  const std::vector<LaunchKind>& kinds,
                                  io::Diagnostics& diagnostics) {
  const ShellScript script = read_shell_script(
      document, with_slurm(options.variables, directives_of(document)), diagnostics);
  if (diagnostics.has_errors()) return std::nullopt;
  const auto wanted = [&](LaunchKind kind) {
    return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
  };
  std::vector<Launch> launches = launches_of(script, wanted(LaunchKind::kOther));
  std::erase_if(launches, [&](const Launch& launch) { return !wanted(launch.kind); });
  // What is understood best.
  std::stable_sort(launches.begin(), launches.end(),
                   [](const Launch& a, const Launch& b) { return a.kind < b.kind; });
  if (launches.empty() && wanted(LaunchKind::kOther)) return Launch{};
  if (launches.empty()) {
    diagnostics.error(beginning(document), fmt::format("found no launch with {}", whose(kinds)))
        .help =
        "name the script that has the arguments themselves; those that another program "
        "makes up cannot be read";
    return std::nullopt;
  }
  for (const Launch& other : launches) {
    const Launch& first = launches.front();
    if (other.kind == LaunchKind::kOther || other.kind != first.kind) continue;
    if (texts_of(other.arguments) == texts_of(first.arguments)) continue;
    io::Diagnostic& entry = diagnostics.error(other.arguments.front().place,
                                              "found a second launch with other arguments");
    entry.help = "keep one of them in the file that is imported";
    entry.notes.push_back({first.arguments.front().place, "the first one is here"});
    return std::nullopt;
  }
  Launch launch = std::move(launches.front());
  launch.left_out = script.left_out;
  add_srun(script, launch);
  return launch;
}

void take_nodes(const io::Document& document, const Launch& launch, const LaunchOptions& options,
                ImportedRun& run, io::Diagnostics& diagnostics) {
  const std::vector<Directive> directives = directives_of(document);
  const std::vector<Directive> launcher = options_of(launch.launcher);
  std::vector<NodeCount> counts;
  add_count(counts, find_option(launcher, "nnodes"), "--nnodes");
  add_count(counts, find_option(launcher, "num-nodes"), "--num_nodes");
  add_count(counts, find_option(launcher, "num-machines"), "--num_machines");
  add_count(counts, find_option(launcher, "nodes"), "srun --nodes");
  add_count(counts, find_option(directives, "nodes"), "#SBATCH --nodes");
  for (const NodeCount& other : counts) {
    const NodeCount& first = counts.front();
    if (other.count == first.count || options.nodes_given) continue;
    io::Diagnostic& entry = diagnostics.error(
        other.place,
        fmt::format("{} is {}, {} is {}", other.from, other.count, first.from, first.count));
    entry.help = "make them the same, or say which with --nodes";
    entry.notes.push_back({first.place, fmt::format("{} is here", first.from)});
    return;
  }
  if (!counts.empty()) {
    const NodeCount& first = counts.front();
    run.take("cluster/nodes", {first.count, first.place}, first.from, first.place);
  }
  const ShellWord* processes = find_option(launcher, "nproc-per-node");
  if (!processes) processes = find_option(launcher, "num-gpus");
  std::optional<std::int64_t> per_node = whole(processes);
  io::Place place = processes ? processes->place : beginning(document);
  for (const auto* list : {&launcher, &directives}) {
    if (!per_node) per_node = devices_of(*list);
  }
  if (!per_node && !processes) {
    const ShellWord* tasks = find_option(directives, "ntasks-per-node");
    if (whole(tasks).value_or(1) > 1) per_node = whole(tasks), place = tasks->place;
  }
  if (per_node) run.ranks_per_node = io::Node(*per_node, place);
}

void add_arguments(const std::vector<ShellWord>& words, Settings& settings, ImportedRun& run) {
  for (std::size_t i = 0; i < words.size();) {
    const ShellWord& word = words[i++];
    if (!word.text.starts_with("--")) {
      if (!word.unknown.empty() && word.text == word.unknown.front()) {
        run.not_used.push_back(
            {word.text, word.place, "not known here: what it holds is not taken"});
      }
      continue;
    }
    const std::size_t sign = word.text.find('=');
    Setting setting;
    setting.shown = io::printable(word.text.substr(0, std::min(sign, word.text.size())));
    setting.name = setting.shown.substr(2);
    std::replace(setting.name.begin(), setting.name.end(), '-', '_');
    setting.place = word.place;
    io::Node::Array values;
    if (sign != std::string::npos) {
      ShellWord value = word;
      value.text = word.text.substr(sign + 1);
      values.push_back(word_value(value));
      setting.unknown = word.unknown;
    } else {
      for (; i < words.size() && !words[i].text.starts_with("--"); ++i) {
        // Behind a value: more arguments, which some variable holds.
        if (!values.empty() && !words[i].unknown.empty() &&
            words[i].text == words[i].unknown.front()) {
          break;
        }
        values.push_back(word_value(words[i]));
        for (const std::string& name : words[i].unknown) setting.unknown.push_back(name);
      }
    }
    if (values.empty()) {
      setting.value = {true, word.place};
    } else if (values.size() == 1) {
      setting.value = std::move(values.front());
    } else {
      const io::Place place = values.front().place;
      setting.value = {std::move(values), place};
    }
    settings.add(std::move(setting));
  }
}

void add_overrides(const std::vector<ShellWord>& words, Settings& settings) {
  for (const ShellWord& word : words) {
    const std::size_t sign = word.text.find('=');
    if (word.text.starts_with("-") || sign == std::string::npos || sign == 0) continue;
    Setting setting;
    const std::size_t begin = std::min(word.text.find_first_not_of('+'), sign);
    setting.shown = io::printable(word.text.substr(begin, sign - begin));
    setting.name = setting.shown;
    setting.place = word.place;
    setting.unknown = word.unknown;
    ShellWord value = word;
    value.text = word.text.substr(sign + 1);
    setting.value = word_value(value);
    if (value.text == "null" || value.text == "None") setting.value.value = nullptr;
    if (value.text == "true" || value.text == "True") setting.value.value = true;
    if (value.text == "false" || value.text == "False") setting.value.value = false;
    settings.add(std::move(setting));
  }
}

}  // namespace sextant::importer
