#include "src/sweep/store.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <utility>

#include "src/io/diagnostics.h"

namespace sextant::sweep {
namespace {

constexpr int kFormat = 1;
constexpr std::int64_t kApplication = 0x53585457;  // "SXTW"
constexpr std::chrono::milliseconds kBetweenCommits{500};
constexpr int kOwnColumns = 3;  ///< point, status, message: before the inputs

const char* const kElsewhere = "move it away, or give another file with --output";

/// What an error of SQLite means here, and what helps.
std::pair<std::string, std::string> meaning_of(const SqliteError& error) {
  switch (error.code()) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {"another sweep is writing to it",
              "wait until that one has ended, or give another file with --output"};
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {fmt::format("it cannot be written: {}", error.what()),
              "give a file in a folder that can be written with --output"};
    case SQLITE_FULL:
    case SQLITE_IOERR:
      return {fmt::format("it could not be written: {}", error.what()),
              "free some space (or raise the limit on the size of files), then run the same "
              "command again: it goes on from there"};
    case SQLITE_NOTADB:
      return {"it is no SQLite database", kElsewhere};
    case SQLITE_CORRUPT:
      return {fmt::format("it is damaged: {}", error.what()), kElsewhere};
    default:
      return {error.what(), kElsewhere};
  }
}

std::string create_points(const StudyRecord& record) {
  std::string sql =
      "CREATE TABLE points(point INTEGER PRIMARY KEY, status TEXT NOT NULL, "
      "message TEXT NOT NULL";
  for (const StudyRecord::Column& input : record.inputs) sql += ", " + quoted_name(input.pointer);
  for (const Figure& figure : figures()) sql += fmt::format(", {} REAL", figure.name);
  return sql + ", layout TEXT NOT NULL, digest TEXT NOT NULL)";
}

}  // namespace

template <class Call>
auto Store::guarded(const Call& call) {
  try {
    return call();
  } catch (const SqliteError& error) {
    fail(error);
  }
}

Store::Store(std::string path, StudyRecord record)
    : path_(std::move(path)), record_(std::move(record)) {
  guarded([&] { open(); });
}

Store::~Store() {
  try {
    commit();
  } catch (const io::InputError&) {
    // What is not committed is done again.
  }
}

void Store::fail(const SqliteError& error) {
  std::string kept;
  try {  // what was added since the last commit may still find room
    if (database_ && database_->in_transaction()) database_->execute("COMMIT");
  } catch (const SqliteError&) {
    try {
      database_->execute("ROLLBACK");
    } catch (const SqliteError&) {
      // SQLite has rolled back by itself.
    }
  }
  try {
    if (insert_)
      kept =
          fmt::format("; {} points are in it", database_->integer("SELECT count(*) FROM points"));
  } catch (const SqliteError&) {
    // Nothing more is known than what went wrong.
  }
  const auto [meaning, help] = meaning_of(error);
  fail(meaning + kept, help);
}

void Store::fail(const std::string& message, const std::string& help) const {
  throw io::InputError(fmt::format("{}: error: {}\n  help: {}\n", path_, message, help));
}

void Store::open() {
  database_.emplace(path_);
  // The lock lasts as long as the connection: the system takes it back from a process that dies.
  database_->execute("PRAGMA locking_mode = EXCLUSIVE");
  if (database_->read_only()) {
    check("main", path_);
  } else {
    database_->execute("BEGIN EXCLUSIVE");
    const bool empty = database_->integer("SELECT count(*) FROM sqlite_master") == 0;
    empty ? create() : check("main", path_);
    database_->execute("COMMIT");
  }
  std::string parameters = "?";
  for (std::size_t i = 1; i < columns().size(); ++i) parameters += ", ?";
  insert_ = database_->prepare(fmt::format("INSERT INTO points VALUES ({})", parameters));
}

void Store::create() {
  database_->execute(fmt::format("PRAGMA application_id = {}", kApplication));
  database_->execute(
      "CREATE TABLE study(format INTEGER, name TEXT, study TEXT, study_hash TEXT, scenario_hash "
      "TEXT, points INTEGER, version TEXT, \"commit\" TEXT);"
      "CREATE TABLE files(path TEXT PRIMARY KEY, hash TEXT);"
      "CREATE TABLE inputs(position INTEGER PRIMARY KEY, pointer TEXT, unit TEXT)");
  database_->execute(create_points(record_));
  const auto insert = [&](const char* sql, const std::vector<Cell>& cells) {
    Statement statement = database_->prepare(sql);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      statement.bind(static_cast<int>(i) + 1, cells[i]);
    }
    statement.run();
  };
  insert("INSERT INTO study VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
         {std::int64_t{kFormat}, record_.name, record_.study, record_.study_hash,
          record_.scenario_hash, record_.points, record_.version, record_.commit});
  for (const catalog::UsedFile& file : record_.files) {
    insert("INSERT INTO files VALUES (?, ?)", {file.path, file.hash});
  }
  for (std::size_t i = 0; i < record_.inputs.size(); ++i) {
    insert("INSERT INTO inputs VALUES (?, ?, ?)",
           {static_cast<std::int64_t>(i), record_.inputs[i].pointer, record_.inputs[i].unit});
  }
}

void Store::check(const std::string& schema, const std::string& file) {
  const auto refuse = [&](const std::string& message, const std::string& help) {
    throw io::InputError(fmt::format("{}: error: {}\n  help: {}\n", file, message, help));
  };
  const std::string redo = "give another file with --output, and all points are done anew";
  if (database_->integer(fmt::format("PRAGMA {}.application_id", schema)) != kApplication) {
    refuse("it is a database of something else", kElsewhere);
  }
  const auto said = [&](const char* column) {
    return database_->text(fmt::format("SELECT \"{}\" FROM {}.study", column, schema));
  };
  if (said("format") != std::to_string(kFormat)) {
    refuse(fmt::format("it has format {}, expected {}", said("format"), kFormat), kElsewhere);
  }
  if (said("study_hash") != record_.study_hash) {
    refuse(said("name") == record_.name
               ? fmt::format("it is of another version of the study \"{}\"", record_.name)
               : fmt::format("it is of another study, \"{}\"", said("name")),
           kElsewhere);
  }
  if (said("scenario_hash") != record_.scenario_hash) {
    refuse("the study's scenario has changed since it was begun", redo);
  }
  std::map<std::string, std::string> known;
  Statement files = database_->prepare(fmt::format("SELECT path, hash FROM {}.files", schema));
  while (files.step()) known[files.text(0)] = files.text(1);
  for (const catalog::UsedFile& used : record_.files) {
    if (known[used.path] != used.hash) {
      refuse(fmt::format("{} has changed since it was begun", used.path), redo);
    }
  }
  if (said("version") != record_.version || said("commit") != record_.commit) {
    refuse(fmt::format("it was begun by sextant {} (commit {}), and this is {} (commit {})",
                       said("version"), said("commit"), record_.version, record_.commit),
           redo);
  }
}

std::vector<std::int64_t> Store::missing(std::int64_t begin, std::int64_t end,
                                         const std::function<bool(std::int64_t)>& wanted) {
  return guarded([&] {
    std::vector<std::int64_t> missing;
    Statement done = database_->prepare(
        "SELECT point FROM points WHERE point >= ? AND point < ? ORDER BY point");
    done.bind(1, begin);
    done.bind(2, end);
    bool more = done.step();
    for (std::int64_t point = begin; point < end; ++point) {
      if (more && done.integer(0) == point) {
        more = done.step();
      } else if (wanted(point)) {
        missing.push_back(point);
      }
    }
    return missing;
  });
}

std::int64_t Store::done() {
  return guarded([&] { return database_->integer("SELECT count(*) FROM points"); });
}

void Store::add(const Outcome& outcome, const std::vector<Cell>& inputs) {
  guarded([&] {
    if (!database_->in_transaction()) database_->execute("BEGIN");
    int parameter = 0;
    const auto bind = [&](const Cell& cell) { insert_->bind(++parameter, cell); };
    bind(outcome.point);
    bind(std::string(enum_name(outcome.status)));
    bind(outcome.message);
    for (const Cell& input : inputs) bind(input);
    for (std::size_t i = 0; i < figures().size(); ++i) {
      const bool known = i < outcome.figures.size() && outcome.figures[i];
      bind(known ? Cell(*outcome.figures[i]) : Cell());
    }
    bind(outcome.layout);
    bind(outcome.digest);
    insert_->run();
  });
  if (Clock::now() - last_commit_ >= kBetweenCommits) commit();
}

void Store::commit() {
  guarded([&] {
    if (database_->in_transaction()) database_->execute("COMMIT");
  });
  last_commit_ = Clock::now();
}

void Store::merge(const std::string& other) {
  std::error_code error;
  if (!std::filesystem::exists(other, error)) {
    throw io::InputError(fmt::format("{}: error: there is no such file\n", other));
  }
  commit();
  try {
    Statement attach = database_->prepare("ATTACH DATABASE ? AS other");
    attach.bind(1, other);
    attach.run();
    check("other", other);
    merge_attached(other);
  } catch (const SqliteError& fault) {
    const auto [meaning, help] = meaning_of(fault);
    throw io::InputError(
        fmt::format("{}, merged into {}: error: {}\n  help: {}\n", other, path_, meaning, help));
  }
}

void Store::merge_attached(const std::string& other) {
  const std::int64_t point = database_->integer(
      "SELECT ifnull(min(o.point), -1) FROM other.points o JOIN main.points m USING (point) WHERE "
      "o.digest IS NOT m.digest OR o.status IS NOT m.status OR o.message IS NOT m.message");
  if (point >= 0) {
    throw io::InputError(
        fmt::format("{}: error: point {} has another result than in what was merged before\n"
                    "  help: one of the files was changed, or written by another program\n",
                    other, point));
  }
  database_->execute("INSERT OR IGNORE INTO main.points SELECT * FROM other.points");
  database_->execute("DETACH DATABASE other");
}

void Store::limit_pages(int pages) {
  guarded([&] { database_->execute(fmt::format("PRAGMA max_page_count = {}", pages)); });
}

std::vector<std::string> Store::columns() const {
  std::vector<std::string> names = {"point", "status", "message"};
  for (const StudyRecord::Column& input : record_.inputs) names.push_back(input.pointer);
  for (const Figure& figure : figures()) names.emplace_back(figure.name);
  names.emplace_back("layout");
  names.emplace_back("digest");
  return names;
}

void Store::for_each_row(const std::function<void(const std::vector<Cell>&)>& visit) {
  commit();
  guarded([&] {
    Statement rows = database_->prepare("SELECT * FROM points ORDER BY point");
    while (rows.step()) {
      std::vector<Cell> cells;
      for (int i = 0; i < rows.columns(); ++i) cells.push_back(rows.cell(i));
      visit(cells);
    }
  });
}

void Store::for_each(const std::function<void(const StoredPoint&)>& visit) {
  const auto inputs_end = static_cast<std::ptrdiff_t>(kOwnColumns + record_.inputs.size());
  for_each_row([&](const std::vector<Cell>& cells) {
    const auto* number = std::get_if<std::int64_t>(&cells[0]);
    const auto* word = std::get_if<std::string>(&cells[1]);
    const auto* message = std::get_if<std::string>(&cells[2]);
    const auto status = word ? enum_from_name<PointStatus>(*word) : std::nullopt;
    if (!number || *number < 0 || *number >= record_.points || !status || !message) {
      fail("it is damaged: a row is no point of the study", kElsewhere);
    }
    StoredPoint point{.point = *number, .status = *status, .message = *message};
    point.inputs.assign(cells.begin() + kOwnColumns, cells.begin() + inputs_end);
    for (std::size_t i = 0; i < figures().size(); ++i) {
      const auto* figure = std::get_if<double>(&cells[static_cast<std::size_t>(inputs_end) + i]);
      point.figures.push_back(figure ? std::optional(*figure) : std::nullopt);
    }
    visit(point);
  });
}

}  // namespace sextant::sweep
