#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/quantity.h"

namespace sextant::importer {

/// How a log of jobs is written. CSV: a line of column names, then one job a line. SWF: the
/// Standard Workload Format of the Parallel Workloads Archive, 18 fields. sacct: what Slurm's
/// `sacct --parsable2` prints.
enum class TraceFormat { kAuto, kCsv, kSwf, kSacct };

/// A job as a log has it.
struct TraceJob {
  std::string id;
  std::string team;            ///< team, virtual cluster, account or group; else the user
  std::string priority_class;  ///< class, type, quality of service, queue or partition
  Seconds submit;              ///< as the log counts
  Seconds run;                 ///< above 0
  double accelerators = 0;     ///< above 0; swf: processors
  std::uint64_t line = 0;
};

/// What is read of a log.
struct TraceOptions {
  TraceFormat format = TraceFormat::kAuto;
  /// CSV, sacct: only lines that have these values in these columns.
  std::map<std::string, std::string> where{};
};

/// The jobs of a log, in the order of their submission. Reads as it is asked and holds no more than
/// kAhead jobs: a log may be out of order by so many, and of any length.
///
/// Left out and counted: jobs without accelerators, jobs that never began, jobs that ran for no
/// time, jobs that have not ended. Steps of Slurm's jobs are no jobs. Everything else that cannot
/// be understood is an error: line, column, and what to do.
class JobTrace {
 public:
  static constexpr std::size_t kAhead = 65'536;

  /// `name` stands for the log in messages. @throws io::InputError if its format is not known.
  JobTrace(std::unique_ptr<std::istream> log, std::string name, TraceOptions options = {});
  ~JobTrace();
  JobTrace(const JobTrace&) = delete;
  JobTrace& operator=(const JobTrace&) = delete;

  /// The next job; none at the end. @throws io::InputError with the faults of this line and of
  /// those after it.
  std::optional<TraceJob> next();

  /// Jobs left out so far, by reason.
  const std::map<std::string, std::int64_t>& skipped() const;
  std::uint64_t lines() const;  ///< read so far

 private:
  class Reader;
  std::unique_ptr<Reader> reader_;
};

/// Opens a file. @throws io::InputError if it cannot be read.
std::unique_ptr<JobTrace> open_job_trace(const std::filesystem::path& path,
                                         TraceOptions options = {});

}  // namespace sextant::importer

namespace sextant {
template <>
struct EnumNames<importer::TraceFormat> {
  static constexpr std::array table{std::pair{importer::TraceFormat::kAuto, "auto"},
                                    std::pair{importer::TraceFormat::kCsv, "csv"},
                                    std::pair{importer::TraceFormat::kSwf, "swf"},
                                    std::pair{importer::TraceFormat::kSacct, "sacct"}};
};
}  // namespace sextant
