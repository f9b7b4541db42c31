#include "calibrate/ingest/perftest.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "calibrate/ingest/perftest_json.h"
#include "calibrate/ingest/plausible.h"
#include "calibrate/ingest/text.h"

namespace sextant::ingest {
namespace {

/// Names of a header's columns in lower case and without blanks. A name ends with its unit.
std::vector<std::string> column_names(std::string_view header) {
  std::vector<std::string> names;
  std::string name;
  for (const std::string_view word : Words(header)) {
    name += lower(word);
    if (name.ends_with(']') || name.starts_with('#') || name == "tpsaverage") {
      names.push_back(std::move(name));
      name.clear();
    }
  }
  return names;
}

/// Bytes per second of "bwaverage[mb/sec]"; 0 for a unit that is not perftest's.
double bytes_in_unit(std::string_view column) {
  const std::string_view unit = between(column, "[", "]");
  if (unit == "mb/sec" || unit == "mib/sec") return 1048576;
  return unit == "gb/sec" ? 1e9 / 8 : 0;
}

/// The word behind "key :".
std::string_view setting(std::string_view text, std::string_view key) {
  const std::size_t found = text.find(key);
  if (found == std::string_view::npos) return {};
  const std::string_view rest = trimmed(text.substr(found + key.size()));
  if (!rest.starts_with(':')) return {};
  const Words words(rest.substr(1));
  return words.empty() ? std::string_view() : words[0];
}

}  // namespace

bool PerftestReader::read(const LogLine& line, LogSink& sink) {
  const std::string_view text = line.text;
  if (text.empty()) return false;
  if (json_line_ != 0) return read_json(line, sink);
  const char first = text.front();
  if (columns_ && first >= '0' && first <= '9') return read_row(line, sink);
  if (read_title(text)) return true;
  if (first == '#') return read_header(line, sink);
  if (titles_ > 0 && read_address(text)) return true;
  if (titles_ > 0 && rows_ == 0 && read_setting(text, sink)) return true;
  return read_json(line, sink);
}

void PerftestReader::finish(LogSink& sink) {
  if (columns_ && rows_ == 0 && printed_.empty() && !refused_) {
    sink.refuse(header_line_, "no row follows this header: the run failed or was cut off");
  }
  columns_.reset();
}

/// "RDMA_Write BW Test", "Send Bidirectional BW Test", "RDMA_Read Latency Test".
bool PerftestReader::read_title(std::string_view text) {
  if (!text.ends_with(" BW Test") && !text.ends_with(" Latency Test")) return false;
  if (text.starts_with('#') || text.size() > 60) return false;
  title_ = text;
  ++titles_;
  rows_ = 0;
  seen_ = true;
  return true;
}

/// "local address: LID 0xd06 QPN 0x095f PSN 0x3c9e82 RKey …".
bool PerftestReader::read_address(std::string_view text) {
  const bool local = text.starts_with("local address:");
  if (!local && !text.starts_with("remote address:")) return false;
  const Words words(text);
  std::string address;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == "QPN" || words[i] == "PSN") address += fmt::format("{} ", words[i + 1]);
  }
  if (!printed_.empty() && !local_.contains(address) && !remote_.contains(address)) {
    local_.clear();
    remote_.clear();
    printed_.clear();
    mirrored_ = false;
    titles_ = 1;
  }
  (local ? local_ : remote_).insert(address);
  mirrored_ = mirrored_ || (local ? remote_ : local_).contains(address);
  return true;
}

bool PerftestReader::read_setting(std::string_view text, LogSink& sink) const {
  if (text.find(" : ") == std::string_view::npos) return false;
  bool found = false;
  using Key = std::pair<const char*, const char*>;
  for (const auto& [key, name] : std::array{
           Key{"Device", "device"}, Key{"Number of qps", "queue_pairs"},
           Key{"Connection type", "connection"}, Key{"Mtu", "mtu"}, Key{"Link type", "link"}}) {
    const std::string_view value = setting(text, key);
    if (value.empty()) continue;
    sink.environment().conditions[name] = value;
    found = true;
  }
  return found;
}

bool PerftestReader::read_header(const LogLine& line, LogSink& sink) {
  if (!line.text.starts_with("#bytes") || line.text.find("#iterations") == std::string_view::npos) {
    return false;
  }
  const std::vector<std::string> names = column_names(line.text);
  const auto index = [&names](std::string_view begin) {
    const auto found = std::find_if(names.begin(), names.end(), [&](const std::string& name) {
      return name.starts_with(begin);
    });
    return found == names.end() ? 0 : static_cast<std::size_t>(found - names.begin());
  };
  Columns columns{.count = names.size(),
                  .iterations = index("#iterations"),
                  .peak = index("bwpeak["),
                  .average = index("bwaverage["),
                  .rate = index("msgrate[mpps]"),
                  .mean = index("t_avg[usec]"),
                  .median = index("t_typical[usec]"),
                  .p99 = index("99%percentile[usec]")};
  if (columns.average != 0) columns.bytes_per_unit = bytes_in_unit(names[columns.average]);
  columns_ = columns;
  header_line_ = line.number;
  rows_ = 0;
  refused_ = true;
  sink.environment().tool = "perftest";
  if (title_.empty()) {
    sink.refuse(line.number, "a table of perftest without its title, which names the operation");
  } else if (!title_.starts_with("RDMA_") && !title_.starts_with("Send ")) {
    sink.refuse(line.number, fmt::format("'{}' measures nothing that a forecast uses", title_));
  } else if (columns.bytes_per_unit == 0 && columns.mean == 0) {
    sink.refuse(line.number, "neither an average bandwidth in MB/sec or Gb/sec nor t_avg[usec]");
  } else {
    refused_ = false;
  }
  return true;
}

bool PerftestReader::read_row(const LogLine& line, LogSink& sink) {
  const Words words(line.text);
  const bool numbers = std::all_of(words.begin(), words.end(), [](std::string_view word) {
    return to_number(word).has_value();
  });
  if (!numbers || words.size() < 3 || !to_count(words[0]) || !to_count(words[1])) return false;
  ++rows_;
  if (refused_) return true;
  if (words.size() != columns_->count) {
    sink.refuse(line.number,
                fmt::format("{} columns where the table has {}", words.size(), columns_->count));
    return true;
  }
  if (is_repeated(words, line, sink)) return true;
  Sample sample;
  sample.bytes = *to_count(words[0]);
  sample.ranks = 2;
  const double iterations = *to_number(words[columns_->iterations]);
  if (iterations > 0) sample.repetitions = iterations;
  const bool read = title_.starts_with("RDMA_Read");
  if (title_.starts_with("RDMA_")) sample.flags.emplace_back("one_sided");
  if (read) sample.flags.emplace_back("rdma_read");
  const std::string fault =
      columns_->average != 0 ? read_bandwidth(words, sample) : read_latency(words, sample);
  if (read && columns_->average == 0) sample.flags.emplace_back("round_trip");
  if (!fault.empty()) {
    sink.refuse(line.number, fault);
  } else if (!is_plausible(sample)) {
    sink.refuse(line.number, kImplausible);
  } else {
    sink.sample(sample);
  }
  return true;
}

/// Whether the other end has printed the same row. With --run_infinitely, where the peak stays 0,
/// every row is an interval of its own.
bool PerftestReader::is_repeated(const Words& words, const LogLine& line, LogSink& sink) {
  if (columns_->peak != 0 && to_number(words[columns_->peak]) == 0.0) return false;
  const std::pair key{*to_number(words[0]), *to_number(words[columns_->iterations])};
  const auto [found, fresh] = printed_.try_emplace(key, line.number, line.text);
  const auto& [number, text] = found->second;
  if (fresh || !(mirrored_ || (titles_ > 1 && text == line.text))) return false;
  sink.refuse(line.number,
              fmt::format("printed by server and client: counted once, at line {}", number));
  return true;
}

std::string PerftestReader::read_bandwidth(const Words& words, Sample& sample) const {
  const double size = sample.bytes;
  const double average = *to_number(words[columns_->average]);
  if (average <= 0 || size <= 0) return "the size or the average bandwidth prints as 0";
  const double bytes_per_s = average * columns_->bytes_per_unit;
  const bool both_ways = title_.find("Bidirectional") != std::string::npos;
  sample.operation =
      both_ways ? Operation::kPointToPointBidirectional : Operation::kPointToPointStream;
  if (both_ways) sample.bytes = 2 * size;
  sample.time_s = sample.bytes / bytes_per_s;
  const double rate = columns_->rate == 0 ? 0 : *to_number(words[columns_->rate]) * 1e6;
  if (rate <= 0) return {};
  // Half a unit of the last digit that is printed: 0.005 MB/s and 0.0000005 million messages.
  const double slack = 0.005 * columns_->bytes_per_unit / size;
  if (std::abs(bytes_per_s / size - rate) > slack + 0.5 + 0.01 * rate) {
    return fmt::format("average bandwidth over size is {:.6g} messages/s, MsgRate is {:.6g}",
                       bytes_per_s / size, rate);
  }
  if (slack > 0.5) sample.time_s = sample.bytes / size / rate;  // it has more digits
  return {};
}

std::string PerftestReader::read_latency(const Words& words, Sample& sample) const {
  const auto figure = [&](std::size_t column) -> std::optional<double> {
    const auto usec = column == 0 ? std::nullopt : to_number(words[column]);
    if (!usec || *usec <= 0) return std::nullopt;
    return *usec / 1e6;
  };
  const auto mean = figure(columns_->mean);
  if (!mean) return "the mean time prints as 0";
  sample.operation = Operation::kPointToPoint;
  sample.time_s = *mean;
  sample.p50_s = figure(columns_->median);
  sample.p99_s = figure(columns_->p99);
  return {};
}

/// What --out_json writes.
bool PerftestReader::read_json(const LogLine& line, LogSink& sink) {
  const JsonBlock::State state = json_.add(line.text);
  if (state == JsonBlock::State::kOutside) return read_broken_json(line, sink);
  seen_ = true;
  if (json_line_ == 0) json_line_ = line.number;
  if (state == JsonBlock::State::kTooLong) sink.refuse(json_line_, "JSON that does not end");
  if (state == JsonBlock::State::kComplete) read_perftest_json(json_.text(), json_line_, sink);
  if (state != JsonBlock::State::kInside) json_line_ = 0;
  return true;
}

/// The same before its keys had quotes.
bool PerftestReader::read_broken_json(const LogLine& line, LogSink& sink) {
  if (line.text.starts_with("test_info: {")) {
    in_broken_json_ = seen_ = true;
    return true;
  }
  if (!in_broken_json_ || !line.text.starts_with("MsgSize:")) return false;
  sink.refuse(line.number,
              "what perftest's --out_json wrote is no JSON (its keys have no quotes): use the "
              "table that it prints, or a later version");
  in_broken_json_ = false;
  return true;
}

}  // namespace sextant::ingest
