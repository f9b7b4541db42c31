#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "src/sweep/input.h"

namespace sextant::sweep {

/// SQLite refused something. `code` is its result code, without the extended part.
class SqliteError : public std::runtime_error {
 public:
  SqliteError(int code, const std::string& message) : std::runtime_error(message), code_(code) {}
  int code() const { return code_; }

 private:
  int code_;
};

/// A statement that is prepared once and run as often as needed.
class Statement {
 public:
  /// Binds the parameter, counted from 1.
  void bind(int parameter, const Cell& cell);
  /// Goes to the next row; false: there is none. @throws SqliteError
  bool step();
  /// Runs it to its end and makes it ready for the next time.
  void run();
  void reset() { sqlite3_reset(handle_.get()); }

  /// Of the current row, counted from 0.
  int columns() const { return sqlite3_column_count(handle_.get()); }
  Cell cell(int column) const;
  std::int64_t integer(int column) const { return sqlite3_column_int64(handle_.get(), column); }
  std::string text(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
  };
  explicit Statement(sqlite3_stmt* handle) : handle_(handle) {}

  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

/// A connection to a database file; closed at its end of life.
class Database {
 public:
  /// Creates the file if it is absent. @throws SqliteError
  explicit Database(const std::string& path);

  void execute(const std::string& sql);
  Statement prepare(const std::string& sql);
  /// The first cell of the first row.
  std::int64_t integer(const std::string& sql);
  std::string text(const std::string& sql);
  bool read_only() const { return sqlite3_db_readonly(handle_.get(), "main") == 1; }
  /// Whether a transaction is open: some errors end it.
  bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  std::unique_ptr<sqlite3, Close> handle_;
};

/// An identifier as SQL quotes it.
std::string quoted_name(std::string_view identifier);

}  // namespace sextant::sweep
