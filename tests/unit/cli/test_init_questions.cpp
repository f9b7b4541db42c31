#include "src/cli/init_questions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "src/cli/usage_error.h"

namespace sextant::cli {
namespace {

using testing::HasSubstr;

struct Asked {
  explicit Asked(const std::string& lines, bool terminal = false, RunWishes given = {}) {
    std::istringstream answers(lines);
    std::ostringstream out;
    catalog::Catalogue catalogue(SEXTANT_SOURCE_DIR "/models");
    try {
      wishes = ask_run(std::move(given), answers, out, terminal, catalogue);
    } catch (const UsageError& error) {
      fault = error.what();
    }
    written = out.str();
  }

  RunWishes wishes;
  std::string fault, written;
};

TEST(InitQuestions, HaveDefaults) {
  const Asked asked("");
  EXPECT_EQ(asked.fault, "");
  EXPECT_EQ(asked.wishes.model, "llama3-8b");
  EXPECT_EQ(asked.wishes.nodes, "16");
  EXPECT_EQ(asked.written, "");
}

TEST(InitQuestions, TakeAnswersInOrder) {
  const Asked asked("mixtral-8x7b\n500G\n ml.p4d.24xlarge \n\ns3\n");
  EXPECT_EQ(asked.fault, "");
  EXPECT_EQ(asked.wishes.model, "mixtral-8x7b");
  EXPECT_EQ(asked.wishes.tokens, "500G");
  EXPECT_EQ(asked.wishes.instance, "p4d.24xlarge");
  EXPECT_EQ(asked.wishes.nodes, "16");
  EXPECT_EQ(asked.wishes.checkpoint_store, "s3");
}

TEST(InitQuestions, LeaveOutWhatIsGiven) {
  RunWishes given;
  given.model = "llama3-70b";
  const Asked asked("2T\n", true, given);
  EXPECT_EQ(asked.wishes.model, "llama3-70b");
  EXPECT_EQ(asked.wishes.tokens, "2T");
  EXPECT_THAT(asked.written, testing::Not(HasSubstr("What is trained?")));
}

TEST(InitQuestions, NameTheNearest) {
  EXPECT_THAT(Asked("lama3-8b\n").fault, HasSubstr("did you mean 'llama3-8b'?"));
  EXPECT_THAT(Asked("\n0\n").fault, HasSubstr("expected a whole number"));
  EXPECT_THAT(Asked("\n\nc7g.16xlarge\n").fault, HasSubstr("no accelerators"));
  EXPECT_THAT(Asked("\n\n\n\nfsx-luster-1000\n").fault, HasSubstr("'fsx-lustre-1000'"));
}

TEST(InitQuestions, AskAgainOnATerminal) {
  const Asked asked("lama3-8b\nllama2-7b\n", true);
  EXPECT_EQ(asked.wishes.model, "llama2-7b");
  EXPECT_THAT(asked.written, HasSubstr("did you mean 'llama3-8b'?"));
}

}  // namespace
}  // namespace sextant::cli
