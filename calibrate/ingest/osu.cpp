#include "calibrate/ingest/osu.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "calibrate/ingest/plausible.h"
#include "calibrate/ingest/text.h"

namespace sextant::ingest {
namespace {

/// The line behind its '#', which some log viewers take away.
std::string_view behind_hash(std::string_view text) {
  while (!text.empty() && text.front() == '#') text.remove_prefix(1);
  return trimmed(text);
}

/// Names of a header's columns in lower case and without blanks: "size", "avglatency(us)". A name
/// ends with its unit or is one of three words.
std::vector<std::string> column_names(std::string_view header) {
  std::vector<std::string> names;
  std::string name;
  for (const std::string_view word : Words(header)) {
    name += lower(word);
    if (name.ends_with(')') || name.ends_with("/s") || name == "size" || name == "iterations" ||
        name == "validation") {
      names.push_back(std::move(name));
      name.clear();
    }
  }
  if (!name.empty()) names.push_back(std::move(name));
  return names;
}

bool is_verdict(std::string_view word) { return word == "Pass" || word == "Fail"; }

/// A size and then figures: what a row of any of the tables looks like.
bool looks_like_row(const Words& words) {
  return !words.empty() && to_count(words[0]) &&
         std::all_of(words.begin() + 1, words.end(), [](std::string_view word) {
           return to_number(word).has_value() || is_verdict(word);
         });
}

}  // namespace

bool OsuReader::read(const LogLine& line, LogSink& sink) {
  if (line.text.empty()) return false;
  const char first = line.text.front();
  if (columns_ && first >= '0' && first <= '9') return read_row(line, sink);
  if (first == '$' || first == '+' || first == 's' || first == 'm') return read_command(line.text);
  if (first != '#' && first != 'O' && first != 'S') return false;
  const std::string_view comment = behind_hash(line.text);
  return read_title(comment, sink) || read_header(comment, line, sink) ||
         (first == '#' && read_remark(comment, sink));
}

void OsuReader::finish(LogSink& sink) { close_table(sink); }

/// "$ srun -N2 --ntasks-per-node=4 ./osu_alltoall".
bool OsuReader::read_command(std::string_view text) {
  if (text.find("osu_") == std::string_view::npos) return false;
  const auto launch = launch_of(text);
  if (launch) next_launch_ = *launch;
  return launch.has_value();
}

/// "OSU MPI-CUDA Non-blocking Allreduce Latency Test v7.5".
bool OsuReader::read_title(std::string_view comment, LogSink& sink) {
  std::optional<OsuTitle> title = parse_osu_title(comment);
  if (!title) return false;
  close_table(sink);
  if (!title->version.empty()) sink.environment().tool = fmt::format("osu {}", title->version);
  title_ = std::move(title);
  launch_ = std::exchange(next_launch_, {});
  pairs_ = 0;
  seen_ = true;
  return true;
}

/// What stands between title and header, or before the rows of another type.
bool OsuReader::read_remark(std::string_view comment, LogSink& sink) {
  if (!title_) return false;
  if (const std::string_view pairs = between(comment, "[ pairs: ", " ]"); !pairs.empty()) {
    pairs_ = std::min(to_count(pairs).value_or(0), 1e6);
    sink.environment().conditions["window"] = between(comment, "[ window size: ", " ]");
    return true;
  }
  if (comment.starts_with("Datatype: ")) {
    std::string_view type = comment.substr(10);
    if (type.ends_with('.')) type.remove_suffix(1);
    sink.environment().conditions["datatype"] = type;
    last_size_ = -1;
    return true;
  }
  if (comment.starts_with("Send Buffer on ")) {
    title_->device_buffers = comment.find("(D)") != std::string_view::npos ||
                             comment.find("(M)") != std::string_view::npos;
    return true;
  }
  return comment.starts_with("Overall = ") || comment.starts_with("Window creation") ||
         comment.starts_with("Synchronization");
}

bool OsuReader::read_header(std::string_view comment, const LogLine& line, LogSink& sink) {
  const bool sizes = comment.starts_with("Size ") || comment.starts_with("Size\t");
  const bool no_sizes = comment.starts_with("Avg Latency");  // osu_barrier
  if (!sizes && !(no_sizes && title_)) return false;
  const std::vector<std::string> names = column_names(comment);
  const auto index = [&](std::string_view name) {
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? 0 : static_cast<std::size_t>(found - names.begin());
  };
  Columns columns{.count = names.size(),
                  .iterations = index("iterations"),
                  .p50 = index("p50taillat(us)"),
                  .p99 = index("p99taillat(us)"),
                  .validation = index("validation")};
  for (const char* name :
       {"purecomm.(us)", "avglatency(us)", "latency(us)", "bandwidth(mb/s)", "mb/s"}) {
    if (columns.figure == 0) columns.figure = index(name);
  }
  const bool ours = title_ || (columns.figure != 0 && line.text.front() == '#');
  if (!ours) return false;
  close_table(sink);
  columns_ = columns;
  header_line_ = line.number;
  const std::string fault = fault_of(columns);
  refused_ = !fault.empty();
  if (refused_) sink.refuse(line.number, fault);
  return true;
}

std::string OsuReader::fault_of(const Columns& columns) const {
  if (!title_) {
    return "a table of the OSU micro-benchmarks without its title, which names the operation";
  }
  if (!title_->test) {
    return fmt::format("the OSU test '{}' measures nothing that a forecast uses", title_->name);
  }
  if (columns.figure == 0) return "neither a latency in us nor a bandwidth in MB/s in this table";
  if (title_->test->pairs && title_->test->figure == OsuTest::Figure::kBandwidth && pairs_ == 0) {
    return "the bandwidth is that of all pairs, and no line '# [ pairs: N ]' says how many";
  }
  return {};
}

bool OsuReader::read_row(const LogLine& line, LogSink& sink) {
  const Words words(line.text);
  if (words.size() < 2 || !looks_like_row(words)) return false;
  const double size = *to_count(words[0]);
  if (size <= last_size_) return false;  // of another tool: sizes grow within a table
  ++rows_;
  last_size_ = size;
  if (refused_) return true;
  Sample sample;
  const std::string fault = fill_in(words, size, sample);
  if (fault.empty()) {
    sink.sample(sample);
  } else {
    sink.refuse(line.number, fault);
  }
  return true;
}

/// Makes a sample of a row. Returns what is wrong with it.
std::string OsuReader::fill_in(const Words& words, double size, Sample& sample) const {
  if (words.size() != columns_->count) {
    return fmt::format("{} columns where the table has {}", words.size(), columns_->count);
  }
  if (columns_->validation != 0 && words[columns_->validation] != "Pass") {
    return "the data that arrived were wrong: validation failed";
  }
  const auto figure = to_number(words[columns_->figure]);
  if (!figure || *figure <= 0) {
    return fmt::format("the time or bandwidth prints as {}", words[columns_->figure]);
  }
  const OsuTest& test = *title_->test;
  const bool both_ways = test.operation == Operation::kPointToPointBidirectional;
  sample.operation = test.operation;
  sample.bytes = both_ways ? 2 * size : size;
  sample.ranks = test.pairs ? static_cast<int>(2 * pairs_) : test.ranks;
  sample.flags = test.flags;
  if (title_->device_buffers) sample.flags.emplace_back("device_buffers");
  sample.time_s = test.figure == OsuTest::Figure::kTime
                      ? *figure / 1e6
                      : sample.bytes * std::max(pairs_, 1.0) / (*figure * 1e6);
  const auto optional = [&](std::size_t column, double per_unit) -> std::optional<double> {
    const auto value = column == 0 ? std::nullopt : to_number(words[column]);
    if (!value || *value <= 0) return std::nullopt;
    return *value / per_unit;
  };
  sample.repetitions = optional(columns_->iterations, 1);
  sample.p50_s = optional(columns_->p50, 1e6);
  sample.p99_s = optional(columns_->p99, 1e6);
  place(sample);
  return is_plausible(sample) ? "" : kImplausible;
}

/// What the command line says, unless it is of other ranks than the test's.
void OsuReader::place(Sample& sample) const {
  if (sample.ranks == 0) sample.ranks = launch_.ranks;
  if (sample.ranks == 0 || sample.ranks != launch_.ranks) return;
  sample.nodes = launch_.nodes;
  sample.ranks_per_node = launch_.ranks_per_node;
}

void OsuReader::close_table(LogSink& sink) {
  if (columns_ && rows_ == 0 && !refused_) {
    sink.refuse(header_line_, "no row follows this header: the run failed or was cut off");
  }
  columns_.reset();
  rows_ = 0;
  last_size_ = -1;
}

}  // namespace sextant::ingest
