#include <fmt/format.h>

#include "src/import/trace_format.h"
#include "src/import/trace_table.h"

namespace sextant::importer {
namespace {

constexpr const char* kCommand =
    "sacct --allusers --parsable2 "
    "--format=JobID,User,Account,Partition,QOS,Submit,Start,End,Elapsed,NNodes,AllocTRES,State";

/// "billing=8,gres/gpu=8,gres/gpu:h100=8,node=1": the number of GPUs, of whatever type. Zero
/// without any; absent if a number cannot be read.
std::optional<double> gpus_of(std::string_view tres) {
  constexpr std::string_view kGpu = "gres/gpu";
  std::optional<double> untyped;
  double typed = 0;
  while (!tres.empty()) {
    const std::string_view item = tres.substr(0, tres.find(','));
    tres.remove_prefix(std::min(item.size() + 1, tres.size()));
    if (!item.starts_with(kGpu)) continue;
    const std::size_t equals = item.rfind('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const auto count = parse_number(item.substr(equals + 1));
    if (!count || *count < 0 || *count > 1e7) return std::nullopt;
    const char mark = item[kGpu.size()];
    if (mark == '=') untyped = count;
    if (mark == ':') typed += *count;
  }
  return untyped.value_or(typed);
}

class SacctLines final : public TraceLines {
 public:
  SacctLines(std::string_view header, const std::map<std::string, std::string>& where)
      : table_(header, '|', where) {
    if (submit_ && elapsed_ && tres_) return;
    throw LineFault{0, header.size(),
                    fmt::format("found no column {}, expected one", !submit_    ? "Submit"
                                                                    : !elapsed_ ? "Elapsed"
                                                                                : "AllocTRES"),
                    kCommand};
  }

  TraceLine read(std::string_view line) override {
    if (trimmed(line).empty()) return std::monostate();
    if (auto fault = table_.cut(line)) {
      fault->help = "with --parsable2 no line ends in a bar (with --parsable every line does)";
      return *fault;
    }
    const std::string_view id = table_.field(id_);
    if (id.find('.') != std::string_view::npos || !table_.wanted()) return std::monostate();
    TraceJob job;
    const auto submit = parse_date(table_.field(submit_));
    if (!submit) return table_.fault(*submit_, "a date such as 2024-03-01T08:15:00");
    const std::string_view state = table_.field(state_);
    if (state.starts_with("PENDING") || is_absent(table_.field(start_))) {
      return std::string("never began");
    }
    if (state.starts_with("RUNNING") || state.starts_with("SUSPENDED")) {
      return std::string("has not ended");
    }
    const auto run = parse_elapsed(table_.field(elapsed_));
    if (!run) return table_.fault(*elapsed_, "a duration such as 1-02:30:00");
    const auto gpus = gpus_of(table_.field(tres_));
    if (!gpus) return table_.fault(*tres_, "counts such as gres/gpu=8");
    if (*gpus == 0) return std::string("without accelerators");
    if (*run <= Seconds(0)) return std::string("ran for no time");
    job.id = id;
    job.team = table_.field(account_ ? account_ : user_);
    job.priority_class = table_.field(qos_ ? qos_ : partition_);
    job.submit = *submit;
    job.run = *run;
    job.accelerators = *gpus;
    return job;
  }

  std::string sort_options() const override {
    return fmt::format("-t '|' -k {0},{0}", *submit_ + 1);
  }

 private:
  bool is_absent(std::string_view start) const {
    return start_ && (start.empty() || start == "Unknown" || start == "None");
  }

  TraceTable table_;
  std::optional<std::size_t> id_ = table_.find({"JobID", "JobIDRaw"});
  std::optional<std::size_t> user_ = table_.find({"User"});
  std::optional<std::size_t> account_ = table_.find({"Account"});
  std::optional<std::size_t> partition_ = table_.find({"Partition"});
  std::optional<std::size_t> qos_ = table_.find({"QOS"});
  std::optional<std::size_t> submit_ = table_.find({"Submit"});
  std::optional<std::size_t> start_ = table_.find({"Start"});
  std::optional<std::size_t> elapsed_ = table_.find({"Elapsed"});
  std::optional<std::size_t> tres_ = table_.find({"AllocTRES", "ReqTRES"});
  std::optional<std::size_t> state_ = table_.find({"State"});
};

}  // namespace

std::unique_ptr<TraceLines> sacct_lines(std::string_view header,
                                        const std::map<std::string, std::string>& where) {
  return std::make_unique<SacctLines>(header, where);
}

}  // namespace sextant::importer
