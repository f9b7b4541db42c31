#include "calibrate/ingest/nccl_debug.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>

#include "calibrate/ingest/text.h"

namespace sextant::ingest {
namespace {

constexpr std::size_t kLongestText = 200;
/// A log cannot make these grow without bound: there are no more accelerators or cards on a node.
constexpr int kMostIndices = 1024;
constexpr std::size_t kMostVariables = 256;

constexpr std::array kVariablePrefixes{"NCCL_", "FI_", "OFI_", "RDMAV_"};

/// What follows `begin`; empty where that does not occur.
std::string_view after(std::string_view text, std::string_view begin) {
  const auto at = text.find(begin);
  return at == std::string_view::npos ? std::string_view{} : text.substr(at + begin.size());
}

/// Up to the first character that `keeps` rejects.
template <class Keeps>
std::string_view leading(std::string_view text, Keeps keeps) {
  const auto* end = std::find_if_not(text.begin(), text.end(), keeps);
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

bool is_version_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == '_';
}

bool is_name_character(char c) {
  return std::isupper(static_cast<unsigned char>(c)) != 0 || is_digit(c) || c == '_';
}

std::string_view first_word(std::string_view text) {
  return leading(trimmed(text), [](char c) { return c != ' ' && c != '\t' && c != ','; });
}

std::optional<int> leading_int(std::string_view text) {
  const auto number = to_count(leading(trimmed(text), is_digit));
  if (!number || *number > std::numeric_limits<int>::max()) return std::nullopt;
  return static_cast<int>(*number);
}

/// The number in front of `unit`: "8 coll channels" with " coll channels".
std::optional<int> int_before(std::string_view text, std::string_view unit) {
  const auto end = text.find(unit);
  if (end == std::string_view::npos) return std::nullopt;
  std::size_t begin = end;
  while (begin > 0 && is_digit(text[begin - 1])) --begin;
  return leading_int(text.substr(begin, end - begin));
}

/// "2.28.7" of "2.28.7+cuda13.0" and of "1.5.0aws".
std::string_view version_number(std::string_view text) {
  const auto number = leading(trimmed(text), [](char c) { return is_digit(c) || c == '.'; });
  return number.substr(0, number.find_last_not_of('.') + 1);
}

bool is_variable(std::string_view name) {
  return std::any_of(
      kVariablePrefixes.begin(), kVariablePrefixes.end(), [&](std::string_view prefix) {
        return name.size() > prefix.size() && name.substr(0, prefix.size()) == prefix;
      });
}

bool is_tcp(std::string_view provider) {
  const std::string name = lower(provider);
  return name.rfind("socket", 0) == 0 || name.rfind("tcp", 0) == 0 ||
         name.rfind("fastsocket", 0) == 0;
}

/// The plugin's name for itself: it says nothing about the provider below.
bool is_libfabric(std::string_view name) { return has(name, "ibfabric"); }

/// Whether this is what stands before a message: "host:pid:thread [0] file.cc:1 (name)", perhaps
/// after a time in brackets. A row in which NCCL logs belongs to the row's reader.
bool is_of_nccl(std::string_view prefix) {
  const Words words(prefix);
  return !words.empty() && words.size() <= 6 && (words[0][0] == '[' || has(words[0], ":"));
}

/// The index in "host:pid:thread [3] NCCL INFO".
std::optional<int> accelerator_of(std::string_view prefix) {
  const auto index = leading_int(after(prefix, " ["));
  return index && *index < kMostIndices ? index : std::nullopt;
}

/// Errors that something else than NCCL prints: nccl-tests, PyTorch, CUDA, the kernel, the
/// launcher.
constexpr std::array kErrors{"Test NCCL failure",
                             "Test CUDA failure",
                             "Test failure",
                             "NVRM: Xid",
                             "ncorrectable ECC",
                             "caught collective operation timeout",
                             "ncclSystemError",
                             "ncclRemoteError",
                             "ncclInternalError",
                             "ncclUnhandledCudaError",
                             "unhandled system error",
                             "unhandled cuda error",
                             "CUDA error",
                             "NCCL error",
                             "Segmentation fault",
                             "exited on signal"};

}  // namespace

bool NcclDebugReader::read(const LogLine& line, LogSink& sink) {
  static constexpr std::array kMarks{std::string_view("NCCL INFO "),
                                     std::string_view("NCCL WARN ")};
  const std::string_view text = line.text;
  std::size_t at = std::string_view::npos;
  for (const std::string_view mark : kMarks) at = std::min(at, text.find(mark));
  if (at == std::string_view::npos) {
    read_outside(text, line.number, sink.environment());
    return text.rfind("NCCL version ", 0) == 0;
  }
  const std::string_view prefix = text.substr(0, at);
  // Two ranks' messages may stand on one line.
  for (std::size_t next = at; at != std::string_view::npos; at = next) {
    next = std::min(text.find(kMarks[0], at + 1), text.find(kMarks[1], at + 1));
    read_message(prefix, text.substr(at, next - at), line, sink.environment());
  }
  return is_of_nccl(prefix);
}

void NcclDebugReader::read_message(std::string_view prefix, std::string_view message,
                                   const LogLine& line, Environment& environment) {
  any_ = true;
  const bool warning = message.rfind("NCCL WARN ", 0) == 0;
  const std::string_view said = trimmed(message.substr(10));
  if (const auto accelerator = accelerator_of(prefix)) accelerators_.insert(*accelerator);
  const auto begins = [&](std::string_view begin) { return said.rfind(begin, 0) == 0; };
  if (begins("Channel ")) {
    read_connection(prefix, said, line.number, environment);
  } else if (begins("NET/OFI ")) {
    read_plugin(said, line.number, environment);
    read_tuner(said, line.number, environment);
  } else if (begins("NET/")) {
    read_network(said, line.number, environment);
    read_plugin_search(said, line.number);
  } else if (!begins("Trees ")) {
    read_network(said, line.number, environment);
    read_plugin_search(said, line.number);
    read_tuner(said, line.number, environment);
    read_communicator(said, line.number, environment);
    read_variable(said, line.number, environment);
  }
  if (warning && !has(said, "tuner plugin can not be loaded")) note_error(said, line.number);
}

void NcclDebugReader::read_network(std::string_view message, std::uint64_t line,
                                   Environment& environment) {
  if (const auto version = after(message, "NCCL version "); !version.empty()) {
    if (environment.nccl.empty()) environment.nccl = version_number(version);
    note_line("nccl", line);
  }
  // The plugin's name may hold a blank: "AWS Libfabric".
  if (const auto name = after(message, "Using network "); !name.empty()) {
    log_.initialised = true;
    note_provider(is_libfabric(name) ? std::string_view("libfabric") : first_word(name), line,
                  environment);
  }
  if (has(message, "Assigned NET plugin ")) {
    const auto name = between(message, "Assigned NET plugin ", " to comm");
    note_provider(is_libfabric(name) ? std::string_view("libfabric") : name, line, environment);
  }
  if (const auto cards = after(message, "NET/IB : Using "); !cards.empty()) {
    const auto until_oob = cards.substr(0, cards.find("; OOB"));
    const int count = static_cast<int>(std::count(until_oob.begin(), until_oob.end(), ':'));
    if (!ib_cards_ || count < *ib_cards_) ib_line_ = line;
    ib_cards_ = std::min(count, ib_cards_.value_or(count));
    log_.cards_most = std::max(count, log_.cards_most.value_or(0));
  }
  if (const auto driver = after(message, "cudaDriverVersion "); !driver.empty()) {
    const int version = leading_int(driver).value_or(0);
    if (version > 0 && environment.driver.empty()) {
      environment.driver =
          "CUDA " + std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
    }
  }
  const bool enabled = has(message, "GPU Direct RDMA Enabled for HCA");
  if (enabled || has(message, "GPU Direct RDMA Disabled for HCA")) {
    if (!enabled) note_line("gpu_direct", line);
    direct_of_cards_ = enabled && direct_of_cards_.value_or(true);
  }
}

void NcclDebugReader::read_plugin(std::string_view message, std::uint64_t line,
                                  Environment& environment) {
  const auto said = after(message, "NET/OFI ");
  if (said.empty()) return;
  log_.initialised = true;
  if (const auto version = after(said, "aws-ofi-nccl "); !version.empty()) {
    const auto number = leading(version, is_version_character);
    const bool states_it = said.rfind("Initializing", 0) == 0 || said.rfind("Using", 0) == 0;
    if (states_it && !number.empty()) {
      environment.plugin = "aws-ofi-nccl " + std::string(number);
      note_line("plugin", line);
    }
  }
  if (const auto version = after(said, "Using Libfabric version "); !version.empty()) {
    environment.libfabric = version_number(version);
    note_line("libfabric", line);
  }
  if (has(lower(said), "selected provider is ")) {
    const auto provider = first_word(said.substr(std::string_view("Selected provider is ").size()));
    note_provider(provider, line, environment);
    const auto fabric = first_word(after(said, "fabric is "));
    if (!fabric.empty()) log_.fabric = fabric;
    if (const auto cards = leading_int(after(said, "(found "))) {
      if (!ofi_cards_ || *cards < *ofi_cards_) log_.lines["cards"] = line;
      ofi_cards_ = std::min(*cards, ofi_cards_.value_or(*cards));
      log_.cards_most = std::max(*cards, log_.cards_most.value_or(0));
    }
  }
  if (const auto transport = first_word(after(said, "Using transport protocol "));
      !transport.empty()) {
    log_.transport = transport;
    note_line("transport", line);
  }
  if (has(said, "GDR disabled on GDR-supported") || has(said, "disabling GDR")) {
    direct_of_cards_ = false;
    note_line("gpu_direct", line);
  }
  if (has(said, "initialization failed") || has(said, "Unable to find a protocol that worked") ||
      has(said, "No eligible providers were found")) {
    log_.plugin_failure = said.substr(0, kLongestText);
    note_line("plugin_failure", line);
  }
  if (has(said, "Running on ")) {
    note_instance(between(said, "Running on ", " platform"), line, environment);
  }
  for (const std::string_view mark : {"for platform: ", "for platform : "}) {
    note_instance(first_word(after(said, mark)), line, environment);
  }
  for (const std::string_view mark : {"Setting ", "Adding "}) {
    const auto name = leading(after(said, mark), is_name_character);
    if (is_variable(name)) set_by_plugin_.emplace(name);
  }
  if (has(said, "Disabling NVLS support")) set_by_plugin_.emplace("NCCL_NVLS_ENABLE");
  if (has(said, "force simple protocol")) set_by_plugin_.emplace("NCCL_PROTO");
}

void NcclDebugReader::read_plugin_search(std::string_view message, std::uint64_t line) {
  const bool net = has(message, "NET/Plugin");
  const bool missing = net && (has(message, "No plugin found") || has(message, "Could not find") ||
                               has(message, "Using internal network plugin"));
  const bool failed = (net && has(message, "Plugin load")) ||
                      has(message, "Failed to initialize NET plugin") ||
                      has(message, "External network plugin");
  if ((missing || failed) && log_.plugin_failure.empty()) {
    log_.plugin_failure = message.substr(0, kLongestText);
    note_line("plugin_failure", line);
  }
}

void NcclDebugReader::read_tuner(std::string_view message, std::uint64_t line,
                                 Environment& environment) {
  const auto said = after(message, "TUNER/Plugin");
  const auto opened = between(message, "Using tuner plugin: '", "'");  // NCCL 2.19 and 2.20
  std::string_view loaded = opened;
  if (!said.empty()) {
    const bool internal = has(said, "internal tuner") || has(said, "Could not find") ||
                          has(said, "No plugin found") || has(said, "Plugin load");
    if (internal && log_.tuner_failure.empty()) {
      log_.tuner_failure = message.substr(0, kLongestText);
      note_line("tuner", line);
    }
    if (!has(said, "Using internal")) {
      loaded = first_word(after(said, "Using tuner plugin "));
      if (loaded.empty()) loaded = first_word(after(said, ": Using "));
    }
  }
  if (!loaded.empty()) {
    tuner_loaded_ = true;
    environment.tuner = loaded;
  }
  const bool unused = has(message, "tuner plugin can not be loaded") ||
                      has(message, "NCCL_OFI_TUNER_TYPE is Internal") ||
                      has(message, "NCCL_OFI_TUNER is not available") ||
                      message.rfind("Tuner: ", 0) == 0;
  if (unused) {
    log_.tuner_failure = message.substr(0, kLongestText);
    log_.lines["tuner"] = line;
    tuner_loaded_ = false;
    environment.tuner.clear();
  }
}

void NcclDebugReader::read_connection(std::string_view prefix, std::string_view message,
                                      std::uint64_t line, Environment& environment) {
  if (has(message, " via SHM/")) {
    ++log_.shared_memory_links;
    note_line("shared_memory_links", line);
  }
  const auto way = after(message, " via NET/");
  if (way.empty()) return;
  log_.initialised = true;
  const auto name = way.substr(0, way.find('/'));
  note_provider(is_libfabric(name) ? std::string_view("libfabric") : name, line, environment);
  const auto device = leading_int(after(way, "/"));
  if (device && *device < kMostIndices) devices_.insert(*device);
  if (const auto accelerator = accelerator_of(prefix)) connected_.insert(*accelerator);
  if (is_tcp(name)) return;
  if (has(way, "/GDRDMA")) {
    ++log_.direct_connections;
  } else {
    ++log_.staged_connections;
    note_line("staged_connections", line);
  }
}

void NcclDebugReader::read_communicator(std::string_view message, std::uint64_t line,
                                        Environment& environment) {
  if (has(message, "Init COMPLETE") || has(message, "Init START")) log_.initialised = true;
  if (const auto channels = int_before(message, " coll channels")) {
    if (*channels > environment.channels.value_or(-1)) environment.channels = *channels;
    note_line("channels", line);
  }
  if (const auto channels = int_before(message, " nvls channels")) {
    if (*channels > log_.nvls_channels.value_or(-1)) log_.nvls_channels = *channels;
  }
  if (has(message, "NVLS multicast support is ")) {
    const bool available = !has(message, "support is not available");
    if (!available) note_line("nvls", line);
    log_.nvls = available && log_.nvls.value_or(true);
  }
  const auto ranks = leading_int(after(message, " nRanks "));
  const auto nodes = leading_int(after(message, " nNodes "));
  const auto local = leading_int(after(message, " localRanks "));
  if (ranks && nodes && local && *nodes > 0 && *local > 0 && *ranks >= most_ranks_) {
    most_ranks_ = *ranks;
    environment.nodes = *nodes;
    environment.ranks_per_node = *local;
    note_line("nodes", line);
  }
}

void NcclDebugReader::read_variable(std::string_view message, std::uint64_t line,
                                    Environment& environment) {
  static constexpr std::string_view kSet = " set by environment to ";
  const auto at = message.find(kSet);
  if (at == std::string_view::npos) return;
  log_.env_printed = true;
  const auto name = leading(message, is_name_character);
  if (name.size() != at || !is_variable(name)) return;
  std::string_view value = trimmed(message.substr(at + kSet.size()));
  if (!value.empty() && value.back() == '.') value.remove_suffix(1);
  note_variable(name, value, line, environment);
  if (name != "NCCL_TOPO_FILE") return;
  const auto file = value.substr(value.rfind('/') + 1);
  if (has(file, "-24xl-topo.xml")) {
    note_instance(std::string(file.substr(0, file.find('-'))) + ".24xlarge", line, environment);
  }
}

/// "-x NAME=value", "export NAME=value", or nothing else on the line.
void NcclDebugReader::read_command(std::string_view text, std::uint64_t line,
                                   Environment& environment) {
  const bool command = has(text, " -x ") || text.rfind("-x ", 0) == 0 || has(text, "export ") ||
                       is_variable(leading(text, is_name_character));
  if (!command) return;
  for (const std::string_view word : Words(text)) {
    const auto name = leading(word, is_name_character);
    if (!is_variable(name) || name.size() + 1 >= word.size() || word[name.size()] != '=') continue;
    std::string_view value = word.substr(name.size() + 1, kLongestText);
    value.remove_prefix(std::min(value.find_first_not_of("\"'"), value.size()));
    value = value.substr(0, value.find_last_not_of("\"';\\") + 1);
    any_ = true;
    // What NCCL itself has said of a variable stands.
    const bool known =
        environment.env.contains(std::string(name)) || log_.rdma_core.contains(std::string(name));
    if (!known) note_variable(name, value, line, environment);
  }
}

/// Those of rdma-core are no part of the environment that measurements keep.
void NcclDebugReader::note_variable(std::string_view name, std::string_view value,
                                    std::uint64_t line, Environment& environment) {
  auto& variables = name.rfind("RDMAV_", 0) == 0 ? log_.rdma_core : environment.env;
  if (variables.size() >= kMostVariables) return;
  variables.insert_or_assign(std::string(name), std::string(value.substr(0, kLongestText)));
  note_line("env." + std::string(name), line);
}

void NcclDebugReader::read_outside(std::string_view text, std::uint64_t line,
                                   Environment& environment) {
  if (text.empty() || is_digit(text.front())) return;  // a table's row
  if (text.rfind("NCCL version ", 0) == 0) {
    any_ = true;
    if (environment.nccl.empty()) environment.nccl = version_number(text.substr(13));
    note_line("nccl", line);
    return;
  }
  if (has(text, "Out of bounds values") && has(text, "FAILED")) note_error(text, line);
  for (const std::string_view error : kErrors) {
    if (!has(text, error)) continue;
    note_error(text, line);
    break;
  }
  if (has(text, "NCCL_") || has(text, "FI_") || has(text, "RDMAV_")) {
    read_command(text, line, environment);
  }
  for (const std::string_view mark :
       {"EFA installer version: ", "EFA_INSTALLER_VERSION=", "aws-efa-installer-"}) {
    const auto version = version_number(after(text, mark));
    if (version.empty()) continue;
    any_ = true;
    environment.efa = version;
    note_line("efa", line);
  }
}

void NcclDebugReader::note_provider(std::string_view name, std::uint64_t line,
                                    Environment& environment) {
  name = trimmed(name);
  if (name.empty() || is_tcp(environment.provider)) return;
  if (name == "libfabric" && !environment.provider.empty()) return;  // already known by name
  if (environment.provider == name) return;
  environment.provider = name.substr(0, kLongestText);
  log_.lines["provider"] = line;
}

void NcclDebugReader::note_instance(std::string_view name, std::uint64_t line,
                                    Environment& environment) {
  if (name.empty() || !environment.instance.empty()) return;
  std::string instance = lower(name);
  if (instance == "p4d") instance = "p4d.24xlarge";
  const bool plain = std::all_of(instance.begin(), instance.end(), is_version_character);
  if (!plain || !has(instance, ".") || instance.size() > 40) return;
  environment.instance = instance;
  note_line("instance", line);
}

void NcclDebugReader::note_error(std::string_view text, std::uint64_t line) {
  any_ = true;
  const std::string said(trimmed(text.substr(0, kLongestText)));
  std::string kind;  // ranks repeat an error with their own numbers
  for (const char c : said) {
    if (std::isxdigit(static_cast<unsigned char>(c)) == 0) kind += c;
  }
  if (const auto known = error_of_.find(kind); known != error_of_.end()) {
    ++log_.errors[known->second].count;
  } else if (log_.errors.size() < NcclLog::kMostErrors) {
    error_of_.emplace(kind, log_.errors.size());
    log_.errors.push_back({said, line, 1});
  } else {
    ++log_.errors_left_out;
  }
}

void NcclDebugReader::decide_gpu_direct(Environment& environment) {
  const int direct = log_.direct_connections, staged = log_.staged_connections;
  if (direct + staged > 0) {
    // A line in which two ranks met may have lost its end.
    environment.gpu_direct = direct >= 9 * staged;
    if (!*environment.gpu_direct) log_.lines["gpu_direct"] = log_.lines["staged_connections"];
  } else if (direct_of_cards_) {
    environment.gpu_direct = direct_of_cards_;
  }
  log_.lines.erase("staged_connections");
}

void NcclDebugReader::finish(LogSink& sink) {
  if (!any_) return;
  Environment& environment = sink.environment();
  decide_gpu_direct(environment);
  const bool ib = environment.provider == "IB";
  if (const auto cards = ib ? ib_cards_ : ofi_cards_) {
    environment.cards = cards;
    if (ib) log_.lines["cards"] = ib_line_;
  }
  if (tuner_loaded_) log_.tuner_failure.clear();
  log_.devices.assign(devices_.begin(), devices_.end());
  log_.connected.assign(connected_.begin(), connected_.end());
  log_.accelerators.assign(accelerators_.begin(), accelerators_.end());
  log_.set_by_plugin.assign(set_by_plugin_.begin(), set_by_plugin_.end());
  environment.nccl_log = log_;
}

}  // namespace sextant::ingest
