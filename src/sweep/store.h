#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "src/catalog/catalogue.h"
#include "src/sweep/open_study.h"
#include "src/sweep/outcome.h"
#include "src/sweep/sqlite.h"

namespace sextant::sweep {

/// What a file of results is of: the study, and all that its answers depend on besides.
struct StudyRecord {
  std::string name;
  std::string study;          ///< the study's tree, on one line
  std::string study_hash;     ///< XXH64, hexadecimal
  std::string scenario_hash;  ///< of the scenario's tree
  std::int64_t points = 0;
  std::string version;
  std::string commit;
  std::vector<catalog::UsedFile> files;  ///< of the catalogue, sorted; paths within its folder

  struct Column {
    std::string pointer;
    std::string unit;
  };
  std::vector<Column> inputs;
};

/// `catalogue` has read every file of the study: see try_values.
StudyRecord record_of(const OpenStudy& study, const catalog::Catalogue& catalogue,
                      const std::filesystem::path& models);

/// One row of the table of points.
struct StoredPoint {
  std::int64_t point = 0;
  PointStatus status = PointStatus::kOk;
  std::string message = {};
  std::vector<Cell> inputs = {};
  std::vector<std::optional<double>> figures = {};
};

/// The file with the results of a study (table_reference() says what is in it). One process at a
/// time has it; what is committed stays, whatever ends that process.
///
/// Every member throws io::InputError, with the file and a remedy, when the file cannot be what is
/// asked for: no database, damaged, of another study or other models, in use, on a full disk.
class Store {
 public:
  /// Opens or creates the file.
  Store(std::string path, StudyRecord record);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  const std::string& path() const { return path_; }
  const StudyRecord& record() const { return record_; }

  /// Points of [begin, end) that are not done, of those that `wanted` accepts, ascending.
  std::vector<std::int64_t> missing(std::int64_t begin, std::int64_t end,
                                    const std::function<bool(std::int64_t)>& wanted);
  std::int64_t done();

  /// Adds a row, and commits when the last time is half a second ago.
  void add(const Outcome& outcome, const std::vector<Cell>& inputs);
  void commit();

  /// Takes over every row of another file of the same study; rows that are here already must be
  /// the same.
  void merge(const std::string& other);

  /// Every row, in the order of the points.
  void for_each(const std::function<void(const StoredPoint&)>& visit);
  /// The same with every column as a cell; `columns` gives their names.
  void for_each_row(const std::function<void(const std::vector<Cell>&)>& visit);
  std::vector<std::string> columns() const;

  /// As if the disk had room for so many pages of the file only.
  void limit_pages(int pages);

 private:
  using Clock = std::chrono::steady_clock;

  template <class Call>
  auto guarded(const Call& call);
  [[noreturn]] void fail(const SqliteError& error);
  [[noreturn]] void fail(const std::string& message, const std::string& help) const;
  void open();
  void create();
  void check(const std::string& schema, const std::string& file);
  void merge_attached(const std::string& other);

  std::string path_;
  StudyRecord record_;
  std::optional<Database> database_;
  std::optional<Statement> insert_;
  Clock::time_point last_commit_ = Clock::now();
};

}  // namespace sextant::sweep
