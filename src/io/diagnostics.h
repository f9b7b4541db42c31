#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "src/io/node.h"

namespace sextant::io {

/// One thing that is wrong (or odd) in what a user wrote.
struct Diagnostic {
  Place place = {};
  std::string file = {};     ///< instead of a place: a file that could not be read
  std::string pointer = {};  ///< appended to the pointer of `place`: a key that is missing there
  std::string message = {};  ///< found …, expected …
  std::string help = {};     ///< remedy, or the nearest valid name
  struct Note {
    Place place;
    std::string text;
  };
  std::vector<Note> notes = {};  ///< the other places of a conflict, how this file came to be read
};

/// A diagnostic that outlives the document it is about: for programs that show it beside an input.
struct Mistake {
  std::string document;  ///< its name; empty: no document's
  std::string pointer;   ///< JSON pointer within it
  std::string message;   ///< found …, expected …
  std::string help;
  std::string text;  ///< all of it, with place and excerpt, as the report has it
};

/// The user's input is wrong. `what()` is the full report, ready for stderr.
class InputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  InputError(const std::string& report, std::vector<Mistake> mistakes)
      : std::runtime_error(report), mistakes_(std::move(mistakes)) {}

  /// One by one, where they are known so: those that the report shows.
  const std::vector<Mistake>& mistakes() const { return mistakes_; }

 private:
  std::vector<Mistake> mistakes_;
};

/// Collects everything that is wrong with an input, to be thrown at once:
///
///     scenario.json:12:18: error: /cluster/nodes: found "2k", expected an integer >= 1
///        12 |     "nodes": "2k",
///           |              ^~~~
///       help: write 2000
class Diagnostics {
 public:
  /// The returned entry may be completed with help and notes.
  Diagnostic& error(const Place& place, std::string message);
  Diagnostic& error_in_file(std::string file, std::string message);
  Diagnostic& warning(const Place& place, std::string message);

  bool has_errors() const { return !errors_.empty(); }
  std::size_t error_count() const { return errors_.size() + errors_not_kept_; }
  const std::vector<Diagnostic>& errors() const { return errors_; }
  const std::vector<Diagnostic>& warnings() const { return warnings_; }

  /// While an Origin lives, errors in other documents than its own get a note that shows its place:
  /// which line of the scenario asked for that file.
  class Origin {
   public:
    Origin(Diagnostics& diagnostics, const Place& place);
    ~Origin();
    Origin(const Origin&) = delete;
    Origin& operator=(const Origin&) = delete;

   private:
    Diagnostics& diagnostics_;
  };

  /// At most kShown errors, then how many more there are.
  std::string render_errors() const;
  std::string render_warnings() const;
  /// The same errors as render_errors shows, each by itself.
  std::vector<Mistake> mistakes() const;
  /// @throws InputError with all errors, if there are any.
  void throw_if_errors() const;

  static constexpr std::size_t kShown = 20;

 private:
  static constexpr std::size_t kKept = 100;

  Diagnostic& keep(Diagnostic entry);
  void add_origin(Diagnostic& entry) const;

  std::vector<Diagnostic> errors_, warnings_;
  std::vector<Place> origins_;
  std::size_t errors_not_kept_ = 0;
  Diagnostic not_kept_;
};

}  // namespace sextant::io
