#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "src/import/trace_format.h"
#include "src/import/trace_table.h"
#include "src/io/nearest_name.h"

namespace sextant::importer {
namespace {

constexpr double kMostAccelerators = 1e7;

/// Columns as Philly, Helios, Acme and Alibaba call them, and as this project does.
class CsvLines final : public TraceLines {
 public:
  CsvLines(std::string_view header, char separator, const std::map<std::string, std::string>& where)
      : table_(header, separator, where) {
    if (!submit_) missing("when jobs are submitted", "submit", header);
    if (!run_ && !(start_ && end_)) missing("how long jobs run", "duration", header);
    if (!gpus_) missing("how many accelerators jobs have", "gpus", header);
  }

  TraceLine read(std::string_view line) override {
    if (trimmed(line).empty()) return std::monostate();
    if (auto fault = table_.cut(line)) return *fault;
    if (!table_.wanted()) return std::monostate();
    TraceJob job;
    const auto submit = time(submit_);
    if (!submit) return table_.fault(*submit_, kTime);
    job.submit = *submit;
    numeric_ = parse_number(table_.field(submit_)).has_value();
    const auto accelerators = accelerators_of();
    if (!accelerators) return table_.fault(*gpus_, "a number of accelerators, 0 to 1e7");
    job.accelerators = *accelerators;
    if (auto fault = run_time(job)) return *fault;
    if (never_began_) return std::string("never began");
    if (job.accelerators == 0) return std::string("without accelerators");
    if (job.run <= Seconds(0)) return std::string("ran for no time");
    job.id = table_.field(id_);
    job.team = table_.field(team_ ? team_ : user_);
    job.priority_class = table_.field(class_);
    return job;
  }

  std::string sort_options() const override {
    return fmt::format("-t '{0}' -k {2},{2}{1}", table_.separator(), numeric_ ? "g" : "",
                       *submit_ + 1);
  }

 private:
  static constexpr const char* kTime = "seconds, or a date such as 2024-03-01 08:15:00";

  [[noreturn]] void missing(const char* what, const char* name, std::string_view header) const {
    throw LineFault{0, header.size(),
                    fmt::format("found no column that says {}, expected \"{}\"", what, name),
                    "columns are known by their names in the first line: submit, gpus, duration "
                    "(or start and end), team, class, user, state"};
  }

  static std::optional<Seconds> moment(std::string_view text) {
    if (const auto number = parse_number(text)) return Seconds(*number);
    return parse_date(text);
  }
  std::optional<Seconds> time(std::optional<std::size_t> column) const {
    return moment(table_.field(column));
  }

  static bool is_absent(std::string_view text) {
    return text.empty() || text == "None" || text == "NULL" || text == "nan" || text == "NaN" ||
           text == "null" || text == "Unknown" || text == "-";
  }

  /// Where thousandths of an accelerator are given, of each.
  std::optional<double> accelerators_of() const {
    const std::string_view text = table_.field(gpus_);
    const auto number = is_absent(text) ? std::optional(0.0) : parse_number(text);
    if (!number || *number < 0 || *number > kMostAccelerators) return std::nullopt;
    const auto milli = parse_number(table_.field(milli_));
    return milli && *milli > 0 && *milli < 1000 ? *number * *milli / 1000 : *number;
  }

  std::optional<LineFault> run_time(TraceJob& job) {
    never_began_ = start_ && is_absent(table_.field(start_));
    if (never_began_) return std::nullopt;
    if (run_) {
      if (is_absent(table_.field(run_))) {
        never_began_ = true;
        return std::nullopt;
      }
      const auto run = parse_elapsed(table_.field(run_));
      if (!run || *run < Seconds(0)) {
        return table_.fault(*run_, "a duration of 0 s or more: seconds, or D-HH:MM:SS");
      }
      job.run = *run;
      return std::nullopt;
    }
    const auto start = time(start_);
    if (!start) return table_.fault(*start_, kTime);
    if (is_absent(table_.field(end_))) {
      never_began_ = true;
      return std::nullopt;
    }
    const auto end = time(end_);
    if (!end) return table_.fault(*end_, kTime);
    if (*end < *start) return table_.fault(*end_, "an end that is not before the start");
    job.run = *end - *start;
    return std::nullopt;
  }

  TraceTable table_;
  std::optional<std::size_t> id_ =
      table_.find({"job", "job_id", "jobid", "id", "job_name", "name"});
  std::optional<std::size_t> submit_ = table_.find(
      {"submit", "submit_time_s", "submit_time", "submitted_time", "creation_time", "arrival"});
  std::optional<std::size_t> run_ =
      table_.find({"duration", "duration_s", "run_time", "runtime", "elapsed"});
  std::optional<std::size_t> start_ =
      table_.find({"start", "start_time", "start_time_s", "scheduled_time", "scheduled_time_s"});
  std::optional<std::size_t> end_ =
      table_.find({"end", "end_time", "end_time_s", "deletion_time", "finish_time"});
  std::optional<std::size_t> gpus_ =
      table_.find({"gpus", "gpu_num", "num_gpus", "num_gpu", "accelerators", "gpu"});
  std::optional<std::size_t> milli_ = table_.find({"gpu_milli"});
  std::optional<std::size_t> team_ = table_.find({"team", "vc", "account", "group", "project"});
  std::optional<std::size_t> user_ = table_.find({"user", "user_id"});
  std::optional<std::size_t> class_ =
      table_.find({"class", "priority_class", "qos", "type", "priority"});
  bool never_began_ = false;
  bool numeric_ = true;  ///< times are seconds, not dates
};

}  // namespace

std::unique_ptr<TraceLines> csv_lines(std::string_view header,
                                      const std::map<std::string, std::string>& where) {
  char separator = ',';
  std::ptrdiff_t most = 0;
  for (const char candidate : {',', '\t', ';', '|'}) {
    const auto count = std::count(header.begin(), header.end(), candidate);
    if (count > most) separator = candidate;
    most = std::max(most, count);
  }
  return std::make_unique<CsvLines>(header, separator, where);
}

}  // namespace sextant::importer
