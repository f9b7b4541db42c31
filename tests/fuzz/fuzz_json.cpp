// Documents: every value's place lies in the text and leads back to the value; what is no JSON is
// reported.
#include <cstdint>
#include <string>

#include "sextant/kernel/assert.h"
#include "src/io/parse.h"

namespace sextant::io {
namespace {

void check(const Node& node, const Place& outer) {
  const Place& place = node.place;
  SEXTANT_ASSERT(place.document == outer.document, "a value of no document");
  SEXTANT_ASSERT(outer.begin <= place.begin && place.begin < place.end && place.end <= outer.end,
                 "[{}, {}) in [{}, {})", place.begin, place.end, outer.begin, outer.end);
  if (const auto* members = node.get<Node::Object>()) {
    for (const Node::Member& member : *members) check(member.value, place);
  }
  if (const auto* elements = node.get<Node::Array>()) {
    for (const Node& element : *elements) check(element, place);
  }
}

void read(std::string text) {
  Document document("input", std::move(text), true);
  Diagnostics diagnostics;
  const Place all{&document, 0, static_cast<std::uint32_t>(document.text.size())};
  const bool parsed = parse(document, diagnostics);
  if (parsed) check(document.root, all);
  SEXTANT_ASSERT(parsed || diagnostics.has_errors(), "refused without a reason");
  SEXTANT_ASSERT(!diagnostics.has_errors() || !diagnostics.render_errors().empty(), "no text");
}

}  // namespace
}  // namespace sextant::io

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  sextant::io::read(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}
