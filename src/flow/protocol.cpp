#include "src/flow/protocol.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstring>
#include <limits>
#include <numeric>
#include <utility>

namespace sextant::flow {
namespace {

constexpr std::uint64_t kMagic = 0x776f6c66'78746e53;  // "Sntxflow" where the low byte is first
constexpr std::uint32_t kVersion = 1;                  // of everything below

enum class Kind : std::uint32_t { problem = 1, result = 2, failure = 3 };

struct Header {
  std::uint64_t magic = kMagic;
  std::uint32_t version = kVersion;
  Kind kind = Kind::problem;
  std::uint64_t body = 0;  // bytes that follow
};

template <class T>
concept Plain = std::is_arithmetic_v<T>;

/// A message under way: numbers and arrays of them, each behind its length.
class Writer {
 public:
  explicit Writer(Kind kind) : kind_(kind), bytes_(sizeof(Header), '\0') {}

  template <Plain T>
  void number(T value) {
    append(&value, sizeof value);
  }
  template <Plain T>
  void array(const std::vector<T>& values) {
    number(std::uint64_t{values.size()});
    append(values.data(), values.size() * sizeof(T));
  }
  void text(std::string_view text) { append(text.data(), text.size()); }
  std::string message() && {
    const Header header{.kind = kind_, .body = bytes_.size() - sizeof(Header)};
    std::memcpy(bytes_.data(), &header, sizeof header);
    return std::move(bytes_);
  }

 private:
  void append(const void* data, std::size_t size) {
    bytes_.append(static_cast<const char*>(data), size);
  }

  Kind kind_;
  std::string bytes_;
};

/// Reads what a Writer wrote; the caller says what each part is, for the message.
class Reader {
 public:
  explicit Reader(std::string_view body) : size_(body.size()), left_(body) {}

  template <Plain T>
  T number(std::string_view what) {
    T value{};
    std::memcpy(&value, take(sizeof value, what).data(), sizeof value);
    return value;
  }
  template <Plain T>
  std::vector<T> array(std::string_view what) {
    const auto count = number<std::uint64_t>(what);
    if (count > left_.size() / sizeof(T)) {
      throw ProtocolError(fmt::format("{}: {} of them, but {} bytes are left at byte {}", what,
                                      count, left_.size(), place()));
    }
    std::vector<T> values(count);
    const std::string_view bytes = take(count * sizeof(T), what);
    if (count > 0) std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
  }
  void end() const {
    if (!left_.empty()) {
      throw ProtocolError(fmt::format("{} bytes too many at byte {}", left_.size(), place()));
    }
  }

 private:
  std::size_t place() const { return sizeof(Header) + size_ - left_.size(); }
  std::string_view take(std::size_t size, std::string_view what) {
    if (size > left_.size()) {
      throw ProtocolError(fmt::format("{}: the message ends at byte {}", what, place()));
    }
    const std::string_view taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
  }

  std::size_t size_;
  std::string_view left_;
};

/// The message's kind and body.
std::pair<Kind, std::string_view> open(std::string_view bytes) {
  Header header;
  if (bytes.size() < sizeof header) {
    throw ProtocolError(fmt::format("{} bytes, less than a header", bytes.size()));
  }
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.magic != kMagic) throw ProtocolError("no message of sextant-flow");
  if (header.version != kVersion) {
    throw ProtocolError(
        fmt::format("version {} of the messages, not {}: sextant and "
                    "sextant-flow are not of one build",
                    header.version, kVersion));
  }
  const std::string_view body = bytes.substr(sizeof header);
  if (header.body != body.size()) {
    throw ProtocolError(fmt::format("cut short or too long: {} bytes follow the header, not {}",
                                    body.size(), header.body));
  }
  return {header.kind, body};
}

/// Lists one after the other, and where each ends.
template <class T>
struct Joined {
  std::vector<std::uint64_t> ends;
  std::vector<T> values;
};

/// One member of every element.
template <class T, class Elements, class Member>
std::vector<T> column(const Elements& elements, Member member) {
  std::vector<T> values;
  values.reserve(elements.size());
  for (const auto& element : elements) values.push_back(static_cast<T>(member(element)));
  return values;
}

void write_patterns(Writer& writer, const FlowProblem& problem) {
  Joined<std::int32_t> links;
  std::vector<double> flows;
  for (const std::vector<FlowLoad>& loads : problem.patterns) {
    for (const FlowLoad& load : loads) {
      links.values.push_back(load.link);
      flows.push_back(load.flows);
    }
    links.ends.push_back(links.values.size());
  }
  writer.array(links.ends);
  writer.array(links.values);
  writer.array(flows);
}

void write_activities(Writer& writer, const std::vector<FlowProblem::Activity>& activities) {
  using A = FlowProblem::Activity;
  writer.array(column<double>(activities, [](const A& a) { return a.seconds; }));
  writer.array(column<std::int32_t>(activities, [](const A& a) { return a.pattern; }));
  writer.array(column<double>(activities, [](const A& a) { return a.bytes; }));
  writer.array(column<double>(activities, [](const A& a) { return a.rate; }));
  writer.array(column<std::uint8_t>(activities, [](const A& a) { return a.awaited ? 1 : 0; }));
  Joined<std::int32_t> waits;
  for (const A& activity : activities) {
    waits.values.insert(waits.values.end(), activity.waits.begin(), activity.waits.end());
    waits.ends.push_back(waits.values.size());
  }
  writer.array(waits.ends);
  writer.array(waits.values);
}

[[noreturn]] void refuse(std::string_view what, std::size_t i, std::string_view why) {
  throw ProtocolError(fmt::format("{} {}: {}", what, i, why));
}

/// The ends of joined lists ascend, and the last is the end of all.
void check_ends(const std::vector<std::uint64_t>& ends, std::size_t size, std::string_view what) {
  std::uint64_t before = 0;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    if (ends[i] < before || ends[i] > size) refuse(what, i, "ends outside its list");
    before = ends[i];
  }
  if (before != size) throw ProtocolError(fmt::format("the last {} ends before its list", what));
}

void check_count(std::size_t size, std::size_t expected, std::string_view what) {
  if (size != expected) throw ProtocolError(fmt::format("{} {}, not {}", size, what, expected));
}

bool sensible(double value) { return std::isfinite(value) && value >= 0.0; }

void check_loads(const std::vector<FlowLoad>& loads, std::size_t links, std::size_t pattern) {
  std::int64_t before = -1;
  for (const FlowLoad& load : loads) {
    if (load.link <= before) refuse("pattern", pattern, "its links do not ascend");
    if (static_cast<std::size_t>(load.link) >= links) {
      refuse("pattern", pattern, fmt::format("link {} of {}", load.link, links));
    }
    if (!sensible(load.flows) || load.flows == 0.0) {
      refuse("pattern", pattern, fmt::format("{} flows on link {}", load.flows, load.link));
    }
    before = load.link;
  }
}

void read_patterns(Reader& reader, FlowProblem& problem) {
  const auto ends = reader.array<std::uint64_t>("ends of patterns");
  const auto links = reader.array<std::int32_t>("links of patterns");
  const auto flows = reader.array<double>("flows of patterns");
  check_ends(ends, links.size(), "pattern");
  check_count(flows.size(), links.size(), "flows of patterns");
  problem.patterns.resize(ends.size());
  std::size_t next = 0;
  for (std::size_t p = 0; p < ends.size(); ++p) {
    std::vector<FlowLoad>& loads = problem.patterns[p];
    loads.reserve(ends[p] - next);
    for (; next < ends[p]; ++next) loads.push_back({.link = links[next], .flows = flows[next]});
    check_loads(loads, problem.capacities.size(), p);
  }
}

void check_activity(const FlowProblem& problem, std::size_t i) {
  const FlowProblem::Activity& activity = problem.activities[i];
  const auto no = [&](std::string_view why) { refuse("activity", i, why); };
  if (!sensible(activity.seconds)) no(fmt::format("lasts {} s", activity.seconds));
  if (!sensible(activity.bytes)) no(fmt::format("moves {} bytes", activity.bytes));
  if (!(activity.rate > 0.0)) no(fmt::format("moves {} bytes a second", activity.rate));
  const auto patterns = static_cast<std::int64_t>(problem.patterns.size());
  if (activity.pattern < -1 || activity.pattern >= patterns) {
    no(fmt::format("pattern {} of {}", activity.pattern, patterns));
  }
  for (const std::int32_t wait : activity.waits) {
    if (wait < 0 || static_cast<std::size_t>(wait) >= i) {
      no(fmt::format("waits for {}, which is not before it", wait));
    }
  }
}

void read_activities(Reader& reader, FlowProblem& problem) {
  const auto seconds = reader.array<double>("seconds of activities");
  const auto patterns = reader.array<std::int32_t>("patterns of activities");
  const auto bytes = reader.array<double>("bytes of activities");
  const auto rates = reader.array<double>("rates of activities");
  const auto awaited = reader.array<std::uint8_t>("marks of activities that are awaited");
  const auto ends = reader.array<std::uint64_t>("ends of waits");
  const auto waits = reader.array<std::int32_t>("waits of activities");
  for (const std::size_t size :
       {patterns.size(), bytes.size(), rates.size(), awaited.size(), ends.size()}) {
    check_count(size, seconds.size(), "members of activities");
  }
  check_ends(ends, waits.size(), "list of waits");
  problem.activities.resize(seconds.size());
  std::size_t next = 0;
  for (std::size_t i = 0; i < seconds.size(); ++i) {
    FlowProblem::Activity& activity = problem.activities[i];
    if (awaited[i] > 1) refuse("activity", i, "neither awaited nor not");
    activity = {.seconds = seconds[i],
                .pattern = patterns[i],
                .bytes = bytes[i],
                .rate = rates[i],
                .awaited = awaited[i] == 1,
                .waits = {waits.begin() + static_cast<std::ptrdiff_t>(next),
                          waits.begin() + static_cast<std::ptrdiff_t>(ends[i])}};
    next = ends[i];
    check_activity(problem, i);
  }
}

/// Of an activity: infinity where it had not come to that.
void check_times(const FlowResult& result) {
  const auto count = result.end.size();
  check_count(result.start.size(), count, "starts");
  check_count(result.moving.size(), count, "starts of transfers");
  for (std::size_t i = 0; i < count; ++i) {
    const bool ordered = result.start[i] >= 0.0 && result.start[i] <= result.moving[i] &&
                         result.moving[i] <= result.end[i];
    if (!ordered) {
      refuse("activity", i,
             fmt::format("starts at {} s, moves at {} s and ends at {} s", result.start[i],
                         result.moving[i], result.end[i]));
    }
  }
}

}  // namespace

std::string encode(const FlowProblem& problem) {
  Writer writer(Kind::problem);
  writer.array(problem.capacities);
  write_patterns(writer, problem);
  write_activities(writer, problem.activities);
  return std::move(writer).message();
}

std::string encode(const FlowResult& result) {
  Writer writer(Kind::result);
  writer.array(result.start);
  writer.array(result.moving);
  writer.array(result.end);
  writer.number(result.wall_s);
  writer.number(result.peak_bytes);
  return std::move(writer).message();
}

std::string encode_failure(std::string_view reason) {
  Writer writer(Kind::failure);
  writer.text(reason);
  return std::move(writer).message();
}

FlowProblem decode_problem(std::string_view bytes) {
  const auto [kind, body] = open(bytes);
  if (kind != Kind::problem) throw ProtocolError("a message, but no problem");
  Reader reader(body);
  FlowProblem problem;
  problem.capacities = reader.array<double>("capacities");
  for (std::size_t i = 0; i < problem.capacities.size(); ++i) {
    const double capacity = problem.capacities[i];
    if (!sensible(capacity) || capacity == 0.0) {
      refuse("link", i, fmt::format("its capacity is {} bytes a second", capacity));
    }
  }
  read_patterns(reader, problem);
  read_activities(reader, problem);
  reader.end();
  return problem;
}

FlowResult decode_result(std::string_view bytes) {
  const auto [kind, body] = open(bytes);
  if (kind == Kind::failure) throw ProtocolError(std::string(body));
  if (kind != Kind::result) throw ProtocolError("a message, but no result");
  Reader reader(body);
  FlowResult result;
  result.start = reader.array<double>("starts");
  result.moving = reader.array<double>("starts of transfers");
  result.end = reader.array<double>("ends");
  result.wall_s = reader.number<double>("seconds that the engine took");
  result.peak_bytes = reader.number<std::int64_t>("bytes of memory");
  reader.end();
  check_times(result);
  if (!sensible(result.wall_s) || result.peak_bytes < 0) {
    throw ProtocolError(
        fmt::format("the engine took {} s and {} bytes", result.wall_s, result.peak_bytes));
  }
  return result;
}

}  // namespace sextant::flow
