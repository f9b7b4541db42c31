#include "src/pages/html_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace sextant::pages {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kHostile = "</script><script>alert(1)</script><!-- & \"' \u2028";

PageDocument hostile() {
  PageDocument page;
  page.kind = "plan";
  page.title = kHostile;
  page.result = {{"name", kHostile}};
  return page;
}

TEST(HtmlPage, NamesAreText) {
  const std::string page = html_page(hostile());
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page, HasSubstr("<title>&lt;/script&gt;&lt;script&gt;alert(1)"));
}

TEST(HtmlPage, TheDocumentIsReadAsItWasWritten) {
  const auto document = page_json(hostile());
  const std::string text = script_safe(document);
  EXPECT_THAT(text, Not(HasSubstr("<")));
  EXPECT_EQ(nlohmann::ordered_json::parse(text), document);
}

TEST(HtmlPage, BytesThatAreNotUtf8AreReplaced) {
  EXPECT_EQ(nlohmann::json::parse(script_safe("a\xff")), "a\uFFFD");
}

TEST(HtmlPage, AsksForNothing) {
  const std::string page = html_page(hostile());
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page.substr(0, page.find("<body>")), Not(HasSubstr("http://")));
}

TEST(HtmlPage, TheDayCanBeGiven) {
  setenv("SOURCE_DATE_EPOCH", "86400", 1);
  EXPECT_EQ(page_json({})["made"], "1970-01-02");
  unsetenv("SOURCE_DATE_EPOCH");
}

TEST(ForDrawing, KeepsSixDigits) {
  EXPECT_EQ(for_drawing(1.23456789), 1.23457);
  EXPECT_EQ(for_drawing(-123456789.0), -123457000.0);
  EXPECT_EQ(for_drawing(0.0), 0.0);
  EXPECT_EQ(for_drawing(1e-300), 1e-300);
}

}  // namespace
}  // namespace sextant::pages
