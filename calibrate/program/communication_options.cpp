#include "calibrate/program/communication_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/device.h"
#include "calibrate/program/usage_error.h"
#include "sextant/kernel/enum_names.h"
#include "src/io/diagnostics.h"
#include "src/io/first_message.h"
#include "src/io/json_text.h"
#include "src/io/nearest_name.h"
#include "src/io/parse.h"
#include "src/io/reader.h"

namespace po = boost::program_options;

namespace sextant::program {
namespace {

using ingest::Operation;

constexpr std::array kOperations{Operation::kAllReduce,
                                 Operation::kAllGather,
                                 Operation::kReduceScatter,
                                 Operation::kAllToAll,
                                 Operation::kBroadcast,
                                 Operation::kSendRecv,
                                 Operation::kPointToPoint,
                                 Operation::kPointToPointStream,
                                 Operation::kPointToPointBidirectional};

/// "tensor=2,schedule=gpipe" as JSON: {"tensor": 2, "schedule": "gpipe"}.
std::string layout_as_json(const std::string& text) {
  std::string members;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string entry = text.substr(begin, end - begin);
    const std::size_t equals = entry.find('=');
    if (equals == std::string::npos) {
      throw UsageError(
          fmt::format("--layout: expected entries such as tensor=2,pipeline=4, found '{}'", entry));
    }
    const std::string value = entry.substr(equals + 1);
    const bool bare =
        value == "true" || value == "false" ||
        (!value.empty() && value.find_first_not_of("0123456789") == std::string::npos);
    members += fmt::format("{}{}: {}", members.empty() ? "" : ", ",
                           io::to_compact_text(io::Node::Value(entry.substr(0, equals))),
                           bare ? value : io::to_compact_text(io::Node::Value(value)));
    begin = end + 1;
  }
  return "{" + members + "}";
}

std::string best_backend(const comm::World& world) {
  if (!world.root()) return world.of_root("");
  try {
    comm::make_device("cuda", 0);
    return world.of_root("nccl");
  } catch (const comm::CommError&) {
    return world.of_root("mpi");
  }
}

}  // namespace

void declare_backend(po::options_description& options) {
  options.add_options()("backend", po::value<std::string>(),
                        "mpi, ofi (libfabric) or nccl; default: nccl where the build and the nodes "
                        "have it, else mpi");
  options.add_options()("provider", po::value<std::string>(),
                        "of libfabric: efa, tcp, shm …; default: the best it offers");
  options.add_options()("rail", po::value<std::string>(),
                        "of libfabric: one card, by the name that `inventory` shows");
  options.add_options()("rma", "of libfabric: messages by RDMA writes instead of tagged sends");
}

comm::BackendOptions backend_options(const Arguments& arguments) {
  comm::BackendOptions options;
  options.name = arguments.text_or("backend", "");
  options.provider = arguments.text_or("provider", "");
  options.rail = arguments.text_or("rail", "");
  options.rma = arguments.has("rma");
  const bool known = options.name.empty() || options.name == "mpi" || options.name == "ofi" ||
                     options.name == "nccl";
  if (!known) {
    throw UsageError(fmt::format("--backend: expected mpi, ofi or nccl, found '{}'", options.name));
  }
  for (const char* option : {"provider", "rail", "rma", "all-rails"}) {
    if (!arguments.has(option) || options.name == "ofi") continue;
    throw UsageError(fmt::format("--{} is of libfabric: add --backend ofi", option));
  }
  return options;
}

comm::BackendOptions chosen_backend(const Arguments& arguments, const comm::World& world) {
  comm::BackendOptions options = backend_options(arguments);
  if (options.name.empty()) options.name = best_backend(world);
  return options;
}

Layout read_layout(const std::string& text) {
  Layout layout;
  io::Diagnostics diagnostics;
  io::Document document("--layout", layout_as_json(text), false);
  if (io::parse(document, diagnostics)) {
    io::ReadContext context{diagnostics};
    io::read_struct(document.root, layout, context);
  }
  if (!diagnostics.has_errors()) return layout;
  throw UsageError("--layout: " + io::first_message(diagnostics.render_errors()));
}

std::vector<Operation> read_operations(const std::vector<std::string>& names) {
  std::vector<std::string> known;
  for (const Operation operation : kOperations) known.emplace_back(enum_name(operation));
  std::vector<Operation> operations;
  for (const std::string& name : names) {
    const auto found = std::find(known.begin(), known.end(), name);
    if (found == known.end()) {
      throw UsageError(fmt::format("--operations: expected some of {}, found '{}'",
                                   fmt::join(known, ", "), name));
    }
    operations.push_back(kOperations[static_cast<std::size_t>(found - known.begin())]);
  }
  return operations;
}

}  // namespace sextant::program
