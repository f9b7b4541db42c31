#include "calibrate/comm/storage/s3_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "calibrate/comm/comm_error.h"

namespace sextant::comm {
namespace {

S3Options options_for(const std::string& endpoint) {
  S3Options options;
  options.endpoint = endpoint;
  options.bucket = "mine";
  return options;
}

TEST(S3Target, AddressesTheBucketByPath) {
  EXPECT_EQ(bucket_address(options_for("https://s3.us-east-1.amazonaws.com/")),
            "https://s3.us-east-1.amazonaws.com/mine");
  EXPECT_EQ(bucket_address(options_for("http://[::1]:9000")), "http://[::1]:9000/mine");
}

TEST(S3Target, RefusesWhatCannotBeSigned) {
  for (const char* endpoint : {"", "s3://mine", "https://", "http://a/b", "http://a?b"}) {
    EXPECT_THROW(bucket_address(options_for(endpoint)), CommError) << endpoint;
  }
  S3Options options = options_for("http://a");
  options.prefix = "a b";
  EXPECT_THROW(bucket_address(options), CommError);
  options.prefix = "/a";
  EXPECT_THROW(bucket_address(options), CommError);
  options.prefix = "a/b";
  EXPECT_EQ(bucket_address(options), "http://a/mine");
  options.bucket = "a/b";
  EXPECT_THROW(bucket_address(options), CommError);
  options.bucket = "a";
  options.region = "us east";
  EXPECT_THROW(bucket_address(options), CommError);
}

TEST(S3Target, AsksForCredentials) {
  unsetenv("AWS_ACCESS_KEY_ID");
  unsetenv("AWS_SESSION_TOKEN");
  try {
    credentials_of_environment();
    FAIL();
  } catch (const CommError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("AWS_ACCESS_KEY_ID is not set"));
  }
  setenv("AWS_ACCESS_KEY_ID", "id", 1);
  setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);
  EXPECT_EQ(credentials_of_environment().secret_key, "secret");
  EXPECT_EQ(credentials_of_environment().session_token, "");
}

}  // namespace
}  // namespace sextant::comm
