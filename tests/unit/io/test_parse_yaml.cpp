#include "src/io/parse_yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "src/io/diagnostics.h"

namespace sextant::io {
namespace {

using testing::HasSubstr;

/// A text as a YAML file.
struct File {
  explicit File(std::string text) : document("policy.yaml", std::move(text), false) {
    read = parse_yaml(document, diagnostics);
  }
  const Node& only() const { return std::get<Node::Array>(document.root.value).at(0); }
  std::string text_of(const Node& node) const {
    return document.text.substr(node.place.begin, node.place.end - node.place.begin);
  }

  Document document;
  Diagnostics diagnostics;
  bool read = false;
};

std::string errors_of(std::string text) {
  const File file(std::move(text));
  EXPECT_FALSE(file.read);
  return file.diagnostics.render_errors();
}

TEST(ParseYaml, ScalarsAreThoseOfTheCoreSchema) {
  const File file("[null, ~, true, False, 12, -3, 1.5, 1e3, yes, 007, \"4\", '5', 64Gi, 0x1F]");
  ASSERT_TRUE(file.read) << file.diagnostics.render_errors();
  const auto& list = *file.only().get<Node::Array>();
  EXPECT_TRUE(list[0].is_null());
  EXPECT_TRUE(list[1].is_null());
  EXPECT_EQ(*list[2].get<bool>(), true);
  EXPECT_EQ(*list[3].get<bool>(), false);
  EXPECT_EQ(*list[4].get<std::int64_t>(), 12);
  EXPECT_EQ(*list[5].get<std::int64_t>(), -3);
  EXPECT_EQ(*list[6].get<double>(), 1.5);
  EXPECT_EQ(*list[7].get<double>(), 1000);
  for (std::size_t i = 8; i < list.size(); ++i) EXPECT_TRUE(list[i].get<std::string>()) << i;
}

TEST(ParseYaml, ValuesKnowWhereTheyStand) {
  const File file(
      "name: \"ü x\"\nlist:\n  - one   # first\n  - {a: 1, b: [2, 3]}\nempty:\nlast: 9\n");
  ASSERT_TRUE(file.read);
  EXPECT_EQ(file.text_of(*file.only().find("name")), "\"ü x\"");
  const auto& list = *file.only().find("list")->get<Node::Array>();
  EXPECT_EQ(file.text_of(list[0]), "one");
  EXPECT_EQ(file.text_of(list[1]), "{a: 1, b: [2, 3]}");
  EXPECT_EQ(file.text_of(*list[1].find("b")), "[2, 3]");
  EXPECT_EQ(position_of(list[1].find("a")->place).line, 4u);
  EXPECT_EQ(position_of(list[1].find("a")->place).column, 9u);
  EXPECT_TRUE(file.only().find("empty")->is_null());
  EXPECT_EQ(pointer_of(list[1].find("a")->place), "/0/list/1/a");
  EXPECT_EQ(pointer_of(file.only().find("empty")->place), "/0/empty");
  EXPECT_EQ(pointer_of(file.only().find("last")->place), "/0/last");
}

TEST(ParseYaml, ReadsEveryDocument) {
  const File file("---\na: 1\n---\n---\n# nothing here\n---\nb: 2\n...\n");
  ASSERT_TRUE(file.read);
  const auto& documents = std::get<Node::Array>(file.document.root.value);
  ASSERT_EQ(documents.size(), 2u);
  EXPECT_EQ(*documents[1].find("b")->get<std::int64_t>(), 2);
}

TEST(ParseYaml, ByteOrderMarkAndCarriageReturnsShiftNothing) {
  const File file(
      "\xEF\xBB\xBF"
      "a: 1\r\nb: two\r\n");
  ASSERT_TRUE(file.read);
  EXPECT_EQ(file.text_of(*file.only().find("b")), "two");
  EXPECT_EQ(position_of(file.only().find("b")->place).line, 2u);
}

TEST(ParseYaml, AliasesRepeatWhatTheyName) {
  const File file(
      "base: &base {cpu: 4, memory: 8Gi}\nlist: [*base]\nmore:\n  <<: *base\n  cpu: 6\n");
  ASSERT_TRUE(file.read) << file.diagnostics.render_errors();
  EXPECT_EQ(*file.only().find("list")->get<Node::Array>()->at(0).find("cpu")->get<std::int64_t>(),
            4);
  const Node& more = *file.only().find("more");
  EXPECT_EQ(*more.find("cpu")->get<std::int64_t>(), 6);
  EXPECT_EQ(*more.find("memory")->get<std::string>(), "8Gi");
  EXPECT_EQ(more.get<Node::Object>()->size(), 2u);
}

TEST(ParseYaml, RefusesABillionLaughs) {
  std::string text = "a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]\n";
  for (int i = 1; i < 10; ++i) {
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) text += (j ? ", *a" : "*a") + std::to_string(i - 1);
    text += "]\n";
  }
  EXPECT_THAT(errors_of(text), HasSubstr("found more than 1000000 values"));
}

TEST(ParseYaml, RefusesWhatHoldsItself) {
  EXPECT_THAT(errors_of("a: &a [*a]\n"), HasSubstr("an alias within what it names"));
}

TEST(ParseYaml, RefusesDepth) {
  EXPECT_THAT(errors_of(std::string(5000, '[') + std::string(5000, ']')),
              HasSubstr("more than 200 lists and maps within each other"));
  std::string nested;
  for (int i = 0; i < 300; ++i) nested += "- ";
  EXPECT_THAT(errors_of(nested + "x\n"), HasSubstr("more than 200"));
}

TEST(ParseYaml, SaysWhatIsNoYaml) {
  EXPECT_THAT(errors_of("a: [1, 2\n"), HasSubstr("close the list with \"]\""));
  EXPECT_THAT(errors_of("a: 1\n b: 2\n"), HasSubstr("policy.yaml:2:"));
  EXPECT_THAT(errors_of("a: *b\n"), HasSubstr("policy.yaml:1:4"));
  EXPECT_THAT(errors_of("a: !mine 1\n"), HasSubstr("found the tag !mine"));
  EXPECT_THAT(errors_of("a: 1\nb: 2\na: 3\n"), HasSubstr("found \"a\" a second time"));
  EXPECT_THAT(errors_of("a: {{ .Values.cpu }}\n"), HasSubstr("as a key, expected a text"));
  EXPECT_THAT(errors_of("# nothing\n"), HasSubstr("found an empty file"));
  EXPECT_THAT(errors_of("a: \x01\n"), HasSubstr("control character"));
  EXPECT_THAT(errors_of("a: \xC3\n"), HasSubstr("not UTF-8"));
  EXPECT_THAT(errors_of("<<: 1\n"), HasSubstr("expected a map to merge"));
  EXPECT_THAT(errors_of("a: [1]\n]\n"), HasSubstr("policy.yaml:2:1: error: not YAML"));
}

TEST(ParseYaml, ReadsSeveralDocuments) {
  const File file("---\na: 1\n---\n---\nb: 2\n...\n---\n{c: 3}\n");
  EXPECT_TRUE(file.read) << file.diagnostics.render_errors();
}

TEST(ParseYaml, TagsOfTheSchemaChooseTheType) {
  const File file("[!!str 5, !!int 5, !!float 5, !!bool true]");
  ASSERT_TRUE(file.read);
  EXPECT_EQ(*file.only().get<Node::Array>()->at(0).get<std::string>(), "5");
  EXPECT_THAT(errors_of("a: !!int five\n"), HasSubstr("found the tag"));
}

TEST(ParseYaml, NamesChooseTheParser) {
  Diagnostics diagnostics;
  Document json("a.json", "{\"a\": 1} // comment", false);
  EXPECT_TRUE(parse_json_or_yaml(json, diagnostics));
  EXPECT_TRUE(json.root.get<Node::Object>());
  Document yaml("a.yml", "{\"a\": 1} # comment", false);
  EXPECT_TRUE(parse_json_or_yaml(yaml, diagnostics));
  EXPECT_TRUE(yaml.root.get<Node::Array>());
}

}  // namespace
}  // namespace sextant::io
