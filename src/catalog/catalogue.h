#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/io/catalogue_item.h"
#include "src/io/diagnostics.h"
#include "src/io/parse.h"
#include "src/io/reader.h"

namespace sextant::catalog {

/// Where the models are: the folder given on the command line, else that in SEXTANT_MODELS, else
/// share/sextant/models beside the program, else that of the source tree it was built from.
/// @throws io::InputError that says which were tried.
std::filesystem::path find_models(const std::optional<std::string>& from_command_line);

/// A file that went into a result, and the XXH64 of its bytes in hexadecimal.
struct UsedFile {
  std::string path;
  std::string hash;
};

/// The files of models/FAMILY/NAME.json, read when they are asked for. Each holds one object whose
/// "name" is the file's stem; it may give "base", another entry of its family, and then only what
/// differs from that. A name that ends in ".json" is a file beside the one that names it: an entry
/// of the user's own, or the config.json of a Hugging Face model in the place of a transformer.
class Catalogue : public io::CatalogueLookup {
 public:
  explicit Catalogue(std::filesystem::path models) : models_(std::move(models)) {}

  /// Names of a family's entries, sorted.
  std::vector<std::string> names(std::string_view family) const;

  const io::Node* find(std::string_view family, std::string_view name, const io::Place& asked_for,
                       io::Diagnostics& diagnostics) override;

  /// Reads and checks one entry in place; false after an error.
  template <class T>
  bool read(std::string_view name, const io::Place& asked_for, T& entry, io::ReadContext& context) {
    const io::Node* node = find(io::kFamily<T>, name, asked_for, context.diagnostics);
    if (!node) return false;
    const io::Diagnostics::Origin origin(context.diagnostics, asked_for);
    const std::size_t errors_before = context.diagnostics.error_count();
    io::read_struct(*node, entry, context);
    return context.diagnostics.error_count() == errors_before;
  }

  /// The entry of that name. @throws io::InputError
  template <class T>
  T load(std::string_view name, std::string* warnings = nullptr) {
    io::Diagnostics diagnostics;
    io::ReadContext context{diagnostics, this};
    T entry;
    read(name, {}, entry, context);
    diagnostics.throw_if_errors();
    if (warnings) *warnings = diagnostics.render_warnings();
    return entry;
  }

  /// Every file read so far, and whatever else was recorded, in order of reading.
  const std::vector<UsedFile>& used_files() const { return used_; }
  void record_file(const std::string& path, std::string_view text);

  /// The file of an entry, as messages call it.
  std::string file_of(std::string_view family, std::string_view name) const;

 private:
  struct File {
    std::unique_ptr<io::Document> document;
    io::Node entry;  ///< with its base merged in
    enum class State { kReading, kValid, kWrong } state = State::kReading;
  };

  bool read_entry(std::string_view family, std::string_view name, const io::Place& asked_for,
                  File& file, io::Diagnostics& diagnostics);
  bool read_file_of_user(std::string_view family, const std::filesystem::path& path,
                         const io::Place& asked_for, File& file, io::Diagnostics& diagnostics);
  bool parse_file(const std::filesystem::path& path, bool needs_provenance, File& file,
                  io::Diagnostics& diagnostics);
  bool merge_base(std::string_view family, File& file, io::Diagnostics& diagnostics);
  void report_unknown(std::string_view family, std::string_view name, const io::Place& asked_for,
                      io::Diagnostics& diagnostics) const;

  std::filesystem::path models_;
  std::map<std::pair<std::string, std::string>, File> files_;
  std::vector<UsedFile> used_;
};

}  // namespace sextant::catalog
