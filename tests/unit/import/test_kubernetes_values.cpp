#include "src/import/kubernetes_values.h"

#include <gtest/gtest.h>

#include <string>

namespace sextant::importer {
namespace {

TEST(KubernetesQuantity, EverySuffixIsExact) {
  EXPECT_EQ(parse_kubernetes_quantity("4", 0), 4);
  EXPECT_EQ(parse_kubernetes_quantity("64Gi", 0), std::int64_t{64} << 30);
  EXPECT_EQ(parse_kubernetes_quantity("1.5Ki", 0), 1536);
  EXPECT_EQ(parse_kubernetes_quantity("2k", 0), 2000);
  EXPECT_EQ(parse_kubernetes_quantity("1e3", 0), 1000);
  EXPECT_EQ(parse_kubernetes_quantity("12E2", 0), 1200);
  EXPECT_EQ(parse_kubernetes_quantity("5E", 0), 5'000'000'000'000'000'000);
  EXPECT_EQ(parse_kubernetes_quantity("7Ei", 0), std::int64_t{7} << 60);
  EXPECT_EQ(parse_kubernetes_quantity("0", 0), 0);
  EXPECT_EQ(parse_kubernetes_quantity(".5", 3), 500);
  EXPECT_EQ(parse_kubernetes_quantity("+1.", 0), 1);
  EXPECT_EQ(parse_kubernetes_quantity("-3", 0), -3);
}

TEST(KubernetesQuantity, CoresAreThousandths) {
  EXPECT_EQ(parse_kubernetes_quantity("100m", 3), 100);
  EXPECT_EQ(parse_kubernetes_quantity("1.5", 3), 1500);
  EXPECT_EQ(parse_kubernetes_quantity("4", 3), 4000);
  EXPECT_EQ(parse_kubernetes_quantity("1e3", 3), 1'000'000);
}

TEST(KubernetesQuantity, FractionsAreRoundedUpAsKueueDoes) {
  EXPECT_EQ(parse_kubernetes_quantity("100m", 0), 1);
  EXPECT_EQ(parse_kubernetes_quantity("1500m", 0), 2);
  EXPECT_EQ(parse_kubernetes_quantity("1u", 3), 1);
  EXPECT_EQ(parse_kubernetes_quantity("1e-30", 3), 1);
}

TEST(KubernetesQuantity, WhatIsNoneIsRefused) {
  for (const char* text :
       {"", "Gi", ".", "4 Gi", "4gi", "1e", "1ee3", "0x10", "1,5", "--1", "1.2.3", "8Ei",
        "9223372036854775808", "1234567890123456789012", "1e5000"}) {
    EXPECT_EQ(parse_kubernetes_quantity(text, 0), std::nullopt) << text;
  }
  EXPECT_EQ(parse_kubernetes_quantity("9223372036854775", 3), 9223372036854775000);
  EXPECT_EQ(parse_kubernetes_quantity("9223372036854776", 3), std::nullopt);
}

TEST(GoDuration, IsASumOfParts) {
  EXPECT_EQ(parse_go_duration("5m"), Seconds{300});
  EXPECT_EQ(parse_go_duration("1h30m"), Seconds{5400});
  EXPECT_EQ(parse_go_duration("1.5s"), Seconds{1.5});
  EXPECT_EQ(parse_go_duration("300ms"), Seconds{0.3});
  EXPECT_EQ(parse_go_duration("0"), Seconds{0});
  EXPECT_EQ(parse_go_duration("-2h"), Seconds{-7200});
  EXPECT_EQ(parse_go_duration("168h"), Seconds{604800});
}

TEST(GoDuration, WhatIsNoneIsRefused) {
  for (const char* text : {"", "5", "5 m", "m", "5min", "1e3s", "3000000h", "-", "1d"}) {
    EXPECT_EQ(parse_go_duration(text), std::nullopt) << text;
  }
}

TEST(ObjectNames, AreSubdomains) {
  for (const char* name : {"a", "team-a", "ml.p5.48xlarge", "a.b-c.d"}) {
    EXPECT_TRUE(is_object_name(name)) << name;
  }
  for (const char* name : {"", "-a", "a-", "Team", "a_b", "a..b", ".a", "a."}) {
    EXPECT_FALSE(is_object_name(name)) << name;
  }
  EXPECT_FALSE(is_object_name(std::string(254, 'a')));
}

TEST(LabelKeys, MayHaveADomain) {
  for (const char* key : {"cpu", "nvidia.com/gpu", "nvidia.com/mig-1g.5gb", "a.b/C_d"}) {
    EXPECT_TRUE(is_label_key(key)) << key;
  }
  for (const char* key : {"", "/gpu", "a/", "-a", "A.com/gpu", "a/b/c"}) {
    EXPECT_FALSE(is_label_key(key)) << key;
  }
}

}  // namespace
}  // namespace sextant::importer
