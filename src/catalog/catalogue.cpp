#include "src/catalog/catalogue.h"

#include <fmt/format.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cstdlib>

#include "src/catalog/families.h"
#include "src/import/huggingface.h"
#include "src/io/nearest_name.h"
#include "src/io/printable.h"

namespace sextant::catalog {

namespace fs = std::filesystem;

namespace {

std::optional<fs::path> beside_the_program() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) return std::nullopt;
  return (program.parent_path() / "../share/sextant/models").lexically_normal();
}

/// Relative to the current folder if it lies within: shorter, and the same on every machine.
std::string display(const fs::path& path) {
  std::error_code error;
  const fs::path relative = fs::proximate(path, error);
  if (error || relative.empty() || *relative.begin() == "..") return path.string();
  return relative.string();
}

bool is_plain_name(std::string_view name) {
  return !name.empty() && name[0] != '.' && name.find('/') == std::string_view::npos &&
         name.find('\0') == std::string_view::npos;
}

bool is_file_name(std::string_view name) {
  return name.ends_with(".json") && io::printable(name) == name;
}

/// A file that a document names, seen from where the document is.
fs::path beside(const io::Place& asked_for, std::string_view name) {
  const fs::path document = asked_for.document ? asked_for.document->name : "";
  return (document.parent_path() / name).lexically_normal();
}

/// Of models/Llama-2-7b/config.json, the folder's name; of llama.json, the file's.
std::string model_name(const fs::path& path) {
  const std::string stem = path.stem().string();
  const std::string folder = path.parent_path().filename().string();
  return stem == "config" && !folder.empty() ? folder : stem;
}

}  // namespace

fs::path find_models(const std::optional<std::string>& from_command_line) {
  std::vector<std::pair<const char*, fs::path>> candidates;
  const char* from_environment = std::getenv("SEXTANT_MODELS");
  if (from_command_line) {
    candidates.emplace_back("--models", *from_command_line);
  } else if (from_environment && *from_environment) {
    candidates.emplace_back("SEXTANT_MODELS", from_environment);
  } else {
    if (const auto path = beside_the_program()) candidates.emplace_back("installed", *path);
    candidates.emplace_back("source tree", SEXTANT_SOURCE_MODELS);
  }
  std::string tried;
  for (const auto& [origin, path] : candidates) {
    std::error_code error;
    if (fs::is_directory(path, error)) return path;
    tried += fmt::format("\n  tried: {} ({})", path.string(), origin);
  }
  throw io::InputError(fmt::format(
      "error: the folder of models was not found{}\n"
      "  help: give it with --models DIR or in the environment variable SEXTANT_MODELS\n",
      tried));
}

std::vector<std::string> Catalogue::names(std::string_view family) const {
  std::vector<std::string> names;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(models_ / family, error)) {
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

const io::Node* Catalogue::find(std::string_view family, std::string_view name,
                                const io::Place& asked_for, io::Diagnostics& diagnostics) {
  const bool of_user = is_file_name(name);
  const fs::path path = of_user ? beside(asked_for, name) : fs::path(name);
  const auto [position, is_new] = files_.try_emplace({std::string(family), path.string()});
  File& file = position->second;
  using State = File::State;
  if (is_new) {
    const bool valid = of_user ? read_file_of_user(family, path, asked_for, file, diagnostics)
                               : read_entry(family, name, asked_for, file, diagnostics);
    if (!valid && !file.document) {  // there is none: wherever it is asked for again, that is said
      files_.erase(position);
      return nullptr;
    }
    file.state = valid ? State::kValid : State::kWrong;
  } else if (file.state != State::kValid) {
    diagnostics.error(asked_for, fmt::format("found \"{}\", {}", io::printable(name),
                                             file.state == State::kReading
                                                 ? "which is itself based on this entry"
                                                 : "an entry that is wrong: see the other errors"));
  }
  return file.state == State::kValid ? &file.entry : nullptr;
}

bool Catalogue::read_entry(std::string_view family, std::string_view name,
                           const io::Place& asked_for, File& file, io::Diagnostics& diagnostics) {
  const fs::path path = models_ / family / (std::string(name) + ".json");
  std::error_code error;
  if (!is_plain_name(name) || !fs::exists(path, error)) {
    report_unknown(family, name, asked_for, diagnostics);
    return false;
  }
  const io::Diagnostics::Origin origin(diagnostics, asked_for);
  if (!parse_file(path, true, file, diagnostics)) return false;
  const io::Node* own_name = file.document->root.find("name");
  const auto* own_text = own_name ? own_name->get<std::string>() : nullptr;
  if (own_text && *own_text != name) {
    diagnostics.error(own_name->place, fmt::format("found {}, expected \"{}\", the file's own name",
                                                   io::found_text(*own_name), name));
  }
  file.entry = file.document->root;
  return merge_base(family, file, diagnostics);
}

bool Catalogue::read_file_of_user(std::string_view family, const fs::path& path,
                                  const io::Place& asked_for, File& file,
                                  io::Diagnostics& diagnostics) {
  const io::Diagnostics::Origin origin(diagnostics, asked_for);
  if (!parse_file(path, false, file, diagnostics)) return false;
  const io::Node& root = file.document->root;
  if (family != io::kFamily<Transformer> || !importer::is_huggingface_config(root)) {
    file.entry = root;
    return merge_base(family, file, diagnostics);
  }
  std::optional<io::Node> entry =
      importer::read_huggingface_config(root, model_name(path), diagnostics);
  if (!entry) return false;
  file.entry = *std::move(entry);
  return true;
}

bool Catalogue::parse_file(const fs::path& path, bool needs_provenance, File& file,
                           io::Diagnostics& diagnostics) {
  std::optional<std::string> text = io::read_text_file(path, diagnostics);
  if (!text) return false;
  record_file(display(path), *text);
  file.document = std::make_unique<io::Document>(display(path), *std::move(text), needs_provenance);
  return io::parse(*file.document, diagnostics);
}

bool Catalogue::merge_base(std::string_view family, File& file, io::Diagnostics& diagnostics) {
  const io::Node* base = file.entry.find("base");
  if (!base) return true;
  const auto* base_name = base->get<std::string>();
  if (!base_name) {
    diagnostics.error(base->place,
                      fmt::format("found {}, expected the name of an entry of models/{}",
                                  io::found_text(*base), family));
    return false;
  }
  const io::Node* base_entry = find(family, *base_name, base->place, diagnostics);
  if (!base_entry) return false;
  std::erase_if(std::get<io::Node::Object>(file.entry.value),
                [](const io::Node::Member& member) { return member.key == "base"; });
  file.entry = io::merged(*base_entry, file.entry);
  return true;
}

void Catalogue::report_unknown(std::string_view family, std::string_view name,
                               const io::Place& asked_for, io::Diagnostics& diagnostics) const {
  const std::vector<std::string> known = names(family);
  io::Diagnostic& entry = diagnostics.error(
      asked_for, fmt::format("found \"{}\", expected the name of an entry of {}",
                             io::printable(name.substr(0, 60)), display(models_ / family)));
  if (const auto nearest = io::nearest_name(name, known)) {
    entry.help = fmt::format("did you mean \"{}\"?", *nearest);
  } else if (known.empty()) {
    entry.help = "this family has no entries";
  } else {
    entry.help = fmt::format("entries: {}", fmt::join(known, ", "));
  }
}

void Catalogue::record_file(const std::string& path, std::string_view text) {
  used_.push_back({path, fmt::format("{:016x}", XXH64(text.data(), text.size(), 0))});
}

std::string Catalogue::file_of(std::string_view family, std::string_view name) const {
  return display(models_ / family / (std::string(name) + ".json"));
}

}  // namespace sextant::catalog
