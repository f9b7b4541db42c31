#include "src/sweep/sqlite.h"

#include <cstring>

namespace sextant::sweep {
namespace {

/// Throws unless the result is a success. The system's own reason says more than "disk I/O error".
void check(int result, sqlite3* handle) {
  if (result == SQLITE_OK || result == SQLITE_DONE || result == SQLITE_ROW) return;
  std::string message = handle ? sqlite3_errmsg(handle) : sqlite3_errstr(result);
  const int system = handle ? sqlite3_system_errno(handle) : 0;
  const int code = result & 0xff;
  if (system != 0 && (code == SQLITE_IOERR || code == SQLITE_CANTOPEN)) {
    message += std::string(": ") + std::strerror(system);
  }
  throw SqliteError(code, message);
}

}  // namespace

void Statement::bind(int parameter, const Cell& cell) {
  sqlite3_stmt* handle = handle_.get();
  int result = SQLITE_OK;
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) {
    result = sqlite3_bind_int64(handle, parameter, *integer);
  } else if (const auto* real = std::get_if<double>(&cell)) {
    result = sqlite3_bind_double(handle, parameter, *real);
  } else if (const auto* text = std::get_if<std::string>(&cell)) {
    result = sqlite3_bind_text64(handle, parameter, text->data(), text->size(), SQLITE_TRANSIENT,
                                 SQLITE_UTF8);
  } else {
    result = sqlite3_bind_null(handle, parameter);
  }
  check(result, sqlite3_db_handle(handle));
}

bool Statement::step() {
  const int result = sqlite3_step(handle_.get());
  check(result, sqlite3_db_handle(handle_.get()));
  return result == SQLITE_ROW;
}

void Statement::run() {
  try {
    while (step()) {
    }
  } catch (const SqliteError&) {
    reset();
    throw;
  }
  reset();
}

Cell Statement::cell(int column) const {
  switch (sqlite3_column_type(handle_.get(), column)) {
    case SQLITE_INTEGER:
      return integer(column);
    case SQLITE_FLOAT:
      return sqlite3_column_double(handle_.get(), column);
    case SQLITE_NULL:
      return {};
    default:
      return text(column);
  }
}

std::string Statement::text(int column) const {
  const auto* text = static_cast<const char*>(
      static_cast<const void*>(sqlite3_column_text(handle_.get(), column)));
  const int size = sqlite3_column_bytes(handle_.get(), column);
  return text ? std::string(text, static_cast<std::size_t>(size)) : "";
}

Database::Database(const std::string& path) {
  sqlite3* handle = nullptr;
  const int result =
      sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  handle_.reset(handle);
  check(result, handle);
}

void Database::execute(const std::string& sql) {
  check(sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr), handle_.get());
}

Statement Database::prepare(const std::string& sql) {
  sqlite3_stmt* handle = nullptr;
  check(sqlite3_prepare_v2(handle_.get(), sql.c_str(), -1, &handle, nullptr), handle_.get());
  return Statement(handle);
}

std::int64_t Database::integer(const std::string& sql) {
  Statement statement = prepare(sql);
  return statement.step() ? statement.integer(0) : 0;
}

std::string Database::text(const std::string& sql) {
  Statement statement = prepare(sql);
  return statement.step() ? statement.text(0) : "";
}

std::string quoted_name(std::string_view identifier) {
  std::string text = "\"";
  for (const char c : identifier) {
    if (c == '"') text += '"';
    text += c;
  }
  return text + '"';
}

}  // namespace sextant::sweep
