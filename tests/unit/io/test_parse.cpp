#include "src/io/parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace sextant::io {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// What the place covers.
std::string covered(const Node& node) {
  return node.place.document->text.substr(node.place.begin, node.place.end - node.place.begin);
}

std::string errors_of(const std::string& text, const ParseLimits& limits = {}) {
  Document document("f.json", text, false);
  Diagnostics diagnostics;
  const bool parsed = parse(document, diagnostics, limits);
  EXPECT_TRUE(parsed || diagnostics.has_errors());
  return diagnostics.render_errors();
}

TEST(Parse, KnowsWhereEveryValueStands) {
  Document document("f.json",
                    "\xEF\xBB\xBF// comment, with: marks\n"
                    "{ \"a\" : 12 , /* [{ */ \"b\":[1.5e3,-7,true, null ],\n"
                    "\t\"c\": { \"d\": \"x, y: \\\" z\" }, \"e\":{}, \"f\":[] }  // end",
                    false);
  Diagnostics diagnostics;
  ASSERT_TRUE(parse(document, diagnostics)) << diagnostics.render_errors();
  const Node& root = document.root;
  EXPECT_THAT(covered(root), testing::AllOf(StartsWith("{ \"a\""), testing::EndsWith("[] }")));
  EXPECT_EQ(covered(*root.find("a")), "12");
  EXPECT_EQ(covered(*root.find("b")), "[1.5e3,-7,true, null ]");
  const auto& b = *root.find("b")->get<Node::Array>();
  EXPECT_EQ(covered(b[0]), "1.5e3");
  EXPECT_EQ(covered(b[1]), "-7");
  EXPECT_EQ(covered(b[2]), "true");
  EXPECT_EQ(covered(b[3]), "null");
  EXPECT_EQ(covered(*root.find("c")), "{ \"d\": \"x, y: \\\" z\" }");
  const Node& d = *root.find("c")->find("d");
  EXPECT_EQ(covered(d), "\"x, y: \\\" z\"");
  EXPECT_EQ(*d.get<std::string>(), "x, y: \" z");
  EXPECT_EQ(covered(*root.find("e")), "{}");
  EXPECT_EQ(covered(*root.find("f")), "[]");
  EXPECT_EQ(position_of(d.place).line, 3u);
  EXPECT_EQ(position_of(d.place).column, 14u);
  EXPECT_EQ(pointer_of(d.place), "/c/d");
  EXPECT_EQ(pointer_of(b[1].place), "/b/1");
  const auto& members = *root.get<Node::Object>();
  EXPECT_EQ(pointer_of(members[1].key_place), "/b");
}

TEST(Parse, IntegersStayExact) {
  Document document(
      "f.json", "[9223372036854775807, -9223372036854775808, 18446744073709551615, 1e2]", false);
  Diagnostics diagnostics;
  ASSERT_TRUE(parse(document, diagnostics));
  const auto& numbers = *document.root.get<Node::Array>();
  EXPECT_EQ(*numbers[0].get<std::int64_t>(), INT64_MAX);
  EXPECT_EQ(*numbers[1].get<std::int64_t>(), INT64_MIN);
  EXPECT_EQ(*numbers[2].get<std::uint64_t>(), UINT64_MAX);
  EXPECT_EQ(*numbers[3].get<double>(), 100.0);
}

struct Fault {
  const char* text;
  const char* message;
};

TEST(Parse, SaysWhatIsWrongAndWhere) {
  for (const auto& [text, message] : {
           Fault{"{\"a\": 1,}", "f.json:1:9: error: found '}', expected a key in double quotes"},
           Fault{"{\"a\": 1,}", "help: remove the comma before it"},
           Fault{"[1,]", "f.json:1:4: error: found ']', expected a value"},
           Fault{"{\"a\" 1}", "f.json:1:6: error: /a: found a number, expected ':'"},
           Fault{"{\"a\": 1 \"b\": 2}", "f.json:1:9: error: found a string, expected '}'"},
           Fault{"{\"a\": 1 \"b\": 2}", "help: is a comma missing before it?"},
           Fault{"{,\"a\": 1}", "f.json:1:2: error: found ',', expected a key in double quotes"},
           Fault{"{a: 1}", "f.json:1:2: error: found a, expected a JSON value"},
           Fault{"{'a': 1}", "help: strings and keys are written in double quotes"},
           Fault{"{\"a\": NaN}", "f.json:1:7: error: /a: found NaN, expected a JSON value"},
           Fault{"{\"a\": NaN}", "help: numbers are finite"},
           Fault{"{\"a\": -inf}", "found -inf, expected a JSON value"},
           Fault{"{\"a\": .5}", "help: write a zero before the point"},
           Fault{"{\"a\": +1}", "help: numbers have no plus sign"},
           Fault{"{\"a\": 01}", "f.json:1:7: error: /a: found 01, expected a JSON value"},
           Fault{"{\"a\": 1e400}", "found 1e400, a number beyond the range of a double"},
           Fault{"{\"a\": \"b", "found a string without its closing quote"},
           Fault{"{\"a\": \"b\nc\"}",
                 "f.json:1:7: error: /a: found a string without its closing quote"},
           Fault{"{\"a\": \"b\xE9\"}", "found byte 0xE9, which is not UTF-8"},
           Fault{"{\"a\": 1", "found the end of the file, expected '}'"},
           Fault{"{\"a\": 1} x", "f.json:1:10: error: found x, expected a JSON value"},
           Fault{"{\"a\": 1}\n{}", "f.json:2:1: error: found '{', expected the end of the file"},
           Fault{"{\"a\": True}", "help: JSON writes true, false and null"},
           Fault{"# x\n{}", "help: comments begin with // or stand between /* and */"},
           Fault{"/* x", "expected"},
           Fault{"", "f.json: error: found an empty file, expected a JSON object"},
           Fault{" // nothing\n", "found an empty file"},
           Fault{"\xFF\xFE{", "found UTF-16 text, expected UTF-8"},
           Fault{"{\"a\": 1, \"a\": 2}", "f.json:1:10: error: /a: found \"a\" a second time"},
           Fault{"{\"a\": 1, \"a\": 2}", "f.json:1:2: note: given before"},
       }) {
    EXPECT_THAT(errors_of(text), HasSubstr(message)) << text;
  }
}

TEST(Parse, ShowsTheLineWithACaret) {
  EXPECT_EQ(errors_of("{\n  \"nodes\": 1k\n}"),
            "f.json:2:12: error: /nodes: found 1k, expected a JSON value\n"
            "    2 |   \"nodes\": 1k\n"
            "      |            ^~\n");
}

TEST(Parse, DeepNestingDoesNotReachTheStack) {
  EXPECT_THAT(errors_of(std::string(1000000, '[')),
              HasSubstr("found more than 200 objects and arrays within each other"));
  const std::string deepest = std::string(200, '[') + std::string(200, ']');
  EXPECT_EQ(errors_of(deepest), "");
  EXPECT_NE(errors_of("[" + deepest + "]"), "");
}

TEST(Parse, NothingHidesBehindANulByteOrInAComment) {
  EXPECT_THAT(errors_of(std::string("{} // \0 {}", 10)),
              HasSubstr("f.json:1:7: error: found a NUL byte"));
  EXPECT_THAT(errors_of("{} // a comment ends with its line\r{}"),
              HasSubstr("found '{', expected the end of the file"));
}

TEST(Parse, SizeIsLimited) {
  EXPECT_THAT(errors_of("[1, 2, 3]", {.bytes = 8}), HasSubstr("found 9 bytes, expected at most 8"));
}

TEST(ReadTextFile, SaysWhyAFileCannotBeRead) {
  const std::filesystem::path folder = testing::TempDir() + "read_text_file";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "scenario.json") << "{}";
  Diagnostics diagnostics;
  EXPECT_EQ(read_text_file(folder / "scenario.json", diagnostics), "{}");
  EXPECT_FALSE(diagnostics.has_errors());
  EXPECT_FALSE(read_text_file(folder / "scenaro.json", diagnostics));
  EXPECT_FALSE(read_text_file(folder, diagnostics));
  EXPECT_FALSE(read_text_file(folder / "scenario.json", diagnostics, {.bytes = 1}));
  const std::string errors = diagnostics.render_errors();
  EXPECT_THAT(errors, HasSubstr("cannot be read: No such file or directory\n  help: did you mean " +
                                (folder / "scenario.json").string() + "?"));
  EXPECT_THAT(errors, HasSubstr("found a folder, expected a file"));
  EXPECT_THAT(errors, HasSubstr("found more than 1 bytes"));
}

}  // namespace
}  // namespace sextant::io
