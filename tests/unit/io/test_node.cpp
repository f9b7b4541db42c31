#include "src/io/node.h"

#include <gtest/gtest.h>

#include "src/io/json_text.h"
#include "src/io/parse.h"

namespace sextant::io {
namespace {

Node parsed(const std::string& text) {
  Document document("f.json", text, false);
  Diagnostics diagnostics;
  EXPECT_TRUE(parse(document, diagnostics)) << diagnostics.render_errors();
  return document.root;
}

TEST(Merged, ReplacesMemberByMember) {
  const Node base = parsed(R"({"name": "x", "power": {"idle": 1, "full": 2}, "list": [1, 2]})");
  const Node changes = parsed(R"({"power": {"full": 3}, "list": [4], "new": true})");
  EXPECT_EQ(to_compact_text(merged(base, changes).value),
            R"({"name":"x","power":{"idle":1,"full":3},"list":[4],"new":true})");
}

TEST(Merged, NullRemovesAMember) {
  EXPECT_EQ(to_compact_text(merged(parsed(R"({"a": 1, "b": 2})"), parsed(R"({"a": null})")).value),
            R"({"b":2})");
}

TEST(Merged, ACoefficientIsReplacedAsAWhole) {
  const Node base = parsed(R"({"c": {"value": 1, "source": "paper"}})");
  EXPECT_EQ(to_compact_text(merged(base, parsed(R"({"c": {"value": 2}})")).value),
            R"({"c":{"value":2}})");
  EXPECT_EQ(to_compact_text(merged(base, parsed(R"({"c": 3})")).value), R"({"c":3})");
}

TEST(Pointer, EscapesKeys) { EXPECT_EQ(pointer_step("a/b~c"), "/a~1b~0c"); }

TEST(JsonText, KeepsOrderAndIntegers) {
  const char* text = R"({"z":1,"a":[true,null,18446744073709551615,-1,0.5,"x"]})";
  EXPECT_EQ(to_compact_text(parsed(text).value), text);
}

}  // namespace
}  // namespace sextant::io
