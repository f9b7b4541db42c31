#include "src/import/shell_script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "src/import/layer_lists.h"
#include "src/import/shell_arithmetic.h"

namespace sextant::importer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Read {
  explicit Read(std::string text, const ShellVariables& variables = {})
      : document("run.sh", std::move(text), false),
        script(read_shell_script(document, variables, diagnostics)) {}

  std::vector<std::string> words(std::size_t command = 0) const {
    std::vector<std::string> texts;
    if (command >= script.commands.size()) return texts;
    for (const ShellWord& word : script.commands[command]) texts.push_back(word.text);
    return texts;
  }
  const ShellWord& word(std::size_t i) const { return script.commands.at(0).at(i); }

  io::Document document;
  io::Diagnostics diagnostics;
  ShellScript script;
};

TEST(ShellScript, SplitsWordsAndKeepsQuotedOnes) {
  EXPECT_THAT(Read("a 'b c' \"d e\" f\\ g  # comment").words(),
              ElementsAre("a", "b c", "d e", "f g"));
}

TEST(ShellScript, ContinuesLines) {
  EXPECT_THAT(Read("a \\\n  b \\\r\n  c\nd").words(), ElementsAre("a", "b", "c"));
}

TEST(ShellScript, ExpandsVariablesWhereTheyStand) {
  const Read read("TP=8\nexport PP=\"4\"\nrun $TP ${PP}x '$TP' \"$TP $PP\"");
  EXPECT_THAT(read.words(1), ElementsAre("run", "8", "4x", "$TP", "8 4"));
}

TEST(ShellScript, PlacesAValueWhereItWasAssigned) {
  const Read read("TP=8\nrun $TP");
  EXPECT_EQ(io::position_of(read.word(1).place).line, 1U);
  EXPECT_EQ(io::position_of(read.word(1).place).column, 4U);
}

TEST(ShellScript, SplitsUnquotedValuesOnly) {
  EXPECT_THAT(Read("A='--x 1'\nrun $A \"$A\"").words(), ElementsAre("run", "--x", "1", "--x 1"));
}

TEST(ShellScript, ReadsArraysOverLinesAndCommentsAndAppends) {
  const Read read("A=(\n --x 1  # one\n '--y z'\n)\nA+=(w)\nrun \"${A[@]}\"");
  EXPECT_THAT(read.words(), ElementsAre("run", "--x", "1", "--y z", "w"));
}

TEST(ShellScript, TakesDefaultsAndArithmetic) {
  const Read read("N=4\nrun ${M:-$N} ${N:-9} ${N:+set} ${M:+set} $((N * (2 + 1))) $(( $N/2 ))");
  EXPECT_THAT(read.words(), ElementsAre("run", "4", "4", "set", "12", "2"));
}

TEST(ShellScript, NamesWhatItCannotTell) {
  const Read read("run $A ${B%x} $(hostname) `pwd` $1 \"$@\"");
  ASSERT_EQ(read.script.commands.at(0).size(), 7U);
  EXPECT_THAT(read.word(1).unknown, ElementsAre("$A"));
  EXPECT_THAT(read.word(2).unknown, ElementsAre("${B%x}"));
  EXPECT_THAT(read.word(3).unknown, ElementsAre("$(hostname)"));
  EXPECT_THAT(read.word(4).unknown, ElementsAre("`pwd`"));
  EXPECT_THAT(read.word(5).unknown, ElementsAre("$1"));
}

TEST(ShellScript, TakesVariablesFromOutside) {
  EXPECT_THAT(Read("run $A ${A:-3}", {{"A", "7"}}).words(), ElementsAre("run", "7", "7"));
}

TEST(ShellScript, DoesNotDecideConditions) {
  const Read read("if [ -n \"$X\" ]; then\n TP=8\nelse\n TP=4\nfi\nrun $TP");
  EXPECT_THAT(read.script.commands.back().at(1).unknown,
              ElementsAre("$TP, which differs by condition"));
}

TEST(ShellScript, LeavesOutWhatAConditionAdds) {
  const Read read("A=(--x 1)\nB='--y 2'\nif c; then A+=(--z); B=\"$B --w\"; fi\nrun ${A[@]} $B");
  EXPECT_THAT(read.words(read.script.commands.size() - 1),
              ElementsAre("run", "--x", "1", "--y", "2"));
  ASSERT_EQ(read.script.left_out.size(), 2U);
  EXPECT_EQ(read.script.left_out.at(0).text, "--z");
  EXPECT_EQ(read.script.left_out.at(1).text, "--w");
}

TEST(ShellScript, ReadsTheScriptWithinAScript) {
  const Read read("A='--x 1'\nsrun bash -c \"go $A --rank \\$RANK\"");
  EXPECT_THAT(read.words(1), ElementsAre("go", "--x", "1", "--rank", "$RANK"));
}

TEST(ShellScript, SkipsRedirectionsAndHereDocuments) {
  const Read read("cat <<EOF > f.json\n{\"a\": $(}\nEOF\nrun a 2>&1 | tee log");
  EXPECT_THAT(read.words(0), ElementsAre("cat"));
  EXPECT_THAT(read.words(1), ElementsAre("run", "a"));
  EXPECT_FALSE(read.diagnostics.has_errors());
}

TEST(ShellScript, ReportsWhatIsNeverClosed) {
  for (const char* text : {"run \"a", "run 'a", "A=(1 2", "run `a", "run ${A", "run $(a"}) {
    const Read read(text);
    EXPECT_THAT(read.diagnostics.render_errors(), HasSubstr("never closed")) << text;
  }
}

TEST(ShellScript, EndsWhereVariablesExplode) {
  std::string text = "A=aaaaaaaaaaaaaaaa\n";
  for (int i = 0; i < 40; ++i) text += "A=\"$A$A\"\n";
  EXPECT_THAT(Read(text).diagnostics.render_errors(), HasSubstr("expands to more than"));
}

TEST(ShellArithmetic, HasNoValueBeyondWholeNumbers) {
  const auto none = [](const std::string&) { return std::optional<std::string>(); };
  EXPECT_EQ(shell_arithmetic("2 + 3 * 4 - 10 % 4", none), 12);
  EXPECT_EQ(shell_arithmetic("-(2)", none), -2);
  for (const char* text : {"1 / 0", "A", "2 **3", "9223372036854775807 + 1", "1 +", "(1", ""}) {
    EXPECT_EQ(shell_arithmetic(text, none), std::nullopt) << text;
  }
}

TEST(LayerLists, ReadPatternsOfLayers) {
  EXPECT_EQ(layer_pattern("([0]*2+[1]*3)"), (std::vector<int>{0, 0, 1, 1, 1}));
  EXPECT_EQ(layer_pattern("[0, 1] * 2"), (std::vector<int>{0, 1, 0, 1}));
  for (const char* text : {"[0", "[]", "[0]*", "[1]*99999999", "os.system()", ""}) {
    EXPECT_EQ(layer_pattern(text), std::nullopt) << text;
  }
}

TEST(LayerLists, ReadPatternsOfStages) {
  EXPECT_EQ(stage_pattern("Et*3|(t|)*2t*2L"), (std::vector<int>{3, 1, 1, 2}));
  EXPECT_EQ(stage_pattern("E|t*4|L"), (std::vector<int>{0, 4, 0}));
  for (const char* text : {"t|t", "Et|L|t", "EEtL", "Ex|L", "(Et|L"}) {
    EXPECT_EQ(stage_pattern(text), std::nullopt) << text;
  }
}

TEST(LayerLists, FindPeriodsOfExperts) {
  const auto experts = expert_pattern({0, 0, 1, 1, 1});
  ASSERT_TRUE(experts);
  EXPECT_EQ(experts->dense_layers, 2);
  EXPECT_EQ(experts->every, 1);
  EXPECT_EQ(expert_pattern({0, 1, 0, 1})->every, 2);
  EXPECT_FALSE(expert_pattern({1, 0, 0, 1, 1}));
  EXPECT_FALSE(expert_pattern({0, 0}));
}

}  // namespace
}  // namespace sextant::importer
