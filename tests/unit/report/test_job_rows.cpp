#include "src/report/job_rows.h"

#include <gtest/gtest.h>

#include <sstream>

namespace sextant::report {
namespace {

TEST(JobRows, OneRowForEveryJob) {
  scenario::GovernanceScenario scenario;
  scenario.teams.resize(1);
  scenario.teams[0].name = "research, vision";
  scenario.admission.priority_classes = {{"high", 100}};
  std::ostringstream out;
  JobRows rows(out, scenario);
  JobRecord job;
  job.name = "say \"hi\"";
  job.units = 1500;
  job.submitted_ns = 2'000'000'000;
  job.admitted_ns = 2'500'000'000;
  job.ended_ns = 12'000'000'000;
  job.wait_ns = job.first_wait_ns = 500'000'000;
  job.run_ns = 9'500'000'000;
  job.evictions[static_cast<std::size_t>(EvictionReason::kInClusterQueue)] = 1;
  job.evictions[static_cast<std::size_t>(EvictionReason::kNodeFailures)] = 2;
  rows.add(job);
  job.admitted_ns.reset();
  rows.add(job);
  std::istringstream lines(out.str());
  std::string header, first, second;
  std::getline(lines, header);
  std::getline(lines, first);
  std::getline(lines, second);
  EXPECT_EQ(header.substr(0, 20), "job,team,class,kind,");
  EXPECT_EQ(first,
            "\"say \"\"hi\"\"\",\"research, vision\",high,training,1.5,2,2.5,12,finished,0.5,"
            "0.5,0,9.5,0,1,3,0,0,0,");
  EXPECT_NE(second.find(",2,,12,"), std::string::npos);
}

}  // namespace
}  // namespace sextant::report
