#include "src/io/diagnostics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "src/io/parse.h"

namespace sextant::io {
namespace {

using testing::HasSubstr;

TEST(Diagnostics, RendersLikeACompiler) {
  Document document("s.json", "{\n\t\"a\": 12, \"µ\": \"long\", \"b\": 2\n}", false);
  Diagnostics diagnostics;
  ASSERT_TRUE(parse(document, diagnostics));
  Diagnostic& entry = diagnostics.error(document.root.find("b")->place, "found 2, expected 3");
  entry.help = "write 3";
  entry.notes.push_back({document.root.find("a")->place, "because of this"});
  EXPECT_EQ(diagnostics.render_errors(),
            "s.json:2:29: error: /b: found 2, expected 3\n"
            "    2 | \t\"a\": 12, \"µ\": \"long\", \"b\": 2\n"
            "      | \t                           ^\n"
            "  help: write 3\n"
            "s.json:2:7: note: because of this\n"
            "    2 | \t\"a\": 12, \"µ\": \"long\", \"b\": 2\n"
            "      | \t     ^~\n");
  EXPECT_THROW(diagnostics.throw_if_errors(), InputError);
}

TEST(Diagnostics, ErrorsComeInTheOrderOfTheFile) {
  Document document("s.json", "{\"a\": 1, \"b\": 2}", false);
  Diagnostics diagnostics;
  ASSERT_TRUE(parse(document, diagnostics));
  diagnostics.error(document.root.find("b")->place, "second");
  diagnostics.error(document.root.find("a")->place, "first");
  const std::string text = diagnostics.render_errors();
  EXPECT_LT(text.find("first"), text.find("second"));
}

TEST(Diagnostics, LongLinesAreCutAroundThePlace) {
  Document document("s.json",
                    "{\"a\": \"" + std::string(500, 'x') + "\", \"b\": 2, \"c\": \"" +
                        std::string(500, 'y') + "\"}",
                    false);
  Diagnostics diagnostics;
  ASSERT_TRUE(parse(document, diagnostics));
  diagnostics.error(document.root.find("b")->place, "here");
  std::string text = diagnostics.render_errors();
  EXPECT_THAT(text, HasSubstr("s.json:1:516: error: /b: here\n"));
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    EXPECT_LT(end - begin, 120u);
    begin = end + 1;
  }
}

TEST(Diagnostics, AtMostTwentyAreShown) {
  Diagnostics diagnostics;
  for (int i = 0; i < 1000; ++i) diagnostics.error_in_file("f", "wrong").help = "mend";
  EXPECT_EQ(diagnostics.error_count(), 1000u);
  EXPECT_THAT(diagnostics.render_errors(), testing::EndsWith("and 980 more errors\n"));
}

TEST(Diagnostics, WarningsDoNotThrow) {
  Document document("s.json", "{\"a\": 1}", false);
  Diagnostics diagnostics;
  ASSERT_TRUE(parse(document, diagnostics));
  diagnostics.warning(document.root.find("a")->place, "odd");
  EXPECT_NO_THROW(diagnostics.throw_if_errors());
  EXPECT_THAT(diagnostics.render_warnings(), HasSubstr("s.json:1:7: warning: /a: odd"));
}

TEST(Diagnostics, OriginShowsWhoAskedForAnotherFile) {
  Document scenario("s.json", "{\"model\": \"x\"}", false);
  Document model("models/x.json", "{\"a\": 1}", true);
  Diagnostics diagnostics;
  ASSERT_TRUE(parse(scenario, diagnostics) && parse(model, diagnostics));
  {
    const Diagnostics::Origin origin(diagnostics, scenario.root.find("model")->place);
    diagnostics.error(model.root.find("a")->place, "wrong there");
    diagnostics.error(scenario.root.find("model")->place, "wrong here");
  }
  diagnostics.error(model.root.find("a")->place, "wrong later");
  const std::string text = diagnostics.render_errors();
  EXPECT_THAT(text, HasSubstr("models/x.json:1:7: error: /a: wrong there\n    1 | {\"a\": 1}\n"
                              "      |       ^\ns.json:1:11: note: asked for here\n"));
  EXPECT_EQ(text.find("asked for here"), text.rfind("asked for here"));
}

TEST(Diagnostics, MistakesOutliveTheirDocument) {
  std::string report;
  std::vector<Mistake> mistakes;
  try {
    Diagnostics diagnostics;
    Document document("a.json", R"({"nodes": "many"})", false);
    ASSERT_TRUE(parse(document, diagnostics));
    diagnostics.error(document.root.find("nodes")->place, "found many").help = "write 4";
    diagnostics.throw_if_errors();
  } catch (const InputError& error) {
    report = error.what();
    mistakes = error.mistakes();
  }
  ASSERT_EQ(mistakes.size(), 1u);
  EXPECT_EQ(mistakes[0].document, "a.json");
  EXPECT_EQ(mistakes[0].pointer, "/nodes");
  EXPECT_EQ(mistakes[0].message, "found many");
  EXPECT_EQ(mistakes[0].help, "write 4");
  EXPECT_EQ(mistakes[0].text, report);
}

}  // namespace
}  // namespace sextant::io
