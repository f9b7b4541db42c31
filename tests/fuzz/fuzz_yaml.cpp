// YAML files: each becomes a tree whose values stand where they say, or is reported.
#include <cstdint>
#include <string>

#include "sextant/kernel/assert.h"
#include "src/io/parse_yaml.h"

namespace {

namespace io = sextant::io;

void check(const io::Node& node, const io::Document& document) {
  SEXTANT_ASSERT(node.place.begin <= node.place.end && node.place.end <= document.text.size(),
                 "[{}, {}) of {}", node.place.begin, node.place.end, document.text.size());
  if (const auto* members = node.get<io::Node::Object>()) {
    for (const io::Node::Member& member : *members) check(member.value, document);
  } else if (const auto* elements = node.get<io::Node::Array>()) {
    for (const io::Node& element : *elements) check(element, document);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  io::Diagnostics diagnostics;
  io::Document document("file.yaml", std::string(reinterpret_cast<const char*>(data), size), false);
  const bool read = io::parse_yaml(document, diagnostics);
  SEXTANT_ASSERT(read != diagnostics.has_errors(), "refused without a reason");
  if (read) {
    check(document.root, document);
  } else {
    SEXTANT_ASSERT(!diagnostics.render_errors().empty(), "refused without a reason");
  }
  return 0;
}
