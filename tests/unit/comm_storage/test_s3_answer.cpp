#include "calibrate/comm/storage/s3_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace sextant::comm {
namespace {

constexpr const char* kSlowDown =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>SlowDown</Code>"
    "<Message>Please reduce &lt;your&gt; rate.</Message><RequestId>1</RequestId></Error>";

TEST(S3Answer, ReadsCodeAndMessageOfAnError) {
  const auto error = s3_error(kSlowDown);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, "SlowDown");
  EXPECT_EQ(error->message, "Please reduce <your> rate.");
}

TEST(S3Answer, ReadsNoErrorFromAnythingElse) {
  for (const char* text : {"", "SlowDown", "<Error><Code>SlowDown", "<html><Error/></html>",
                           "<Errors><Code>x</Code></Errors>", "\xff\xfe<Error>", "{\"Code\": 1}"}) {
    EXPECT_EQ(s3_error(text).has_value(), false) << text;
  }
  EXPECT_EQ(s3_error("<Error/>")->code, "");
}

TEST(S3Answer, ReadsTheUploadIdWithAndWithoutNamespace) {
  EXPECT_EQ(upload_id("<?xml version=\"1.0\"?><InitiateMultipartUploadResult "
                      "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\n  <Bucket>b</Bucket>"
                      "<UploadId> a/b+c= </UploadId></InitiateMultipartUploadResult>"),
            "a/b+c=");
  EXPECT_EQ(upload_id("<InitiateMultipartUploadResult><UploadId>x</UploadId>"
                      "</InitiateMultipartUploadResult>"),
            "x");
  EXPECT_EQ(upload_id("<InitiateMultipartUploadResult><UploadId/>"
                      "</InitiateMultipartUploadResult>"),
            std::nullopt);
  EXPECT_EQ(upload_id(kSlowDown), std::nullopt);
}

TEST(S3Answer, NamesThePartsOfAnUpload) {
  EXPECT_EQ(complete_upload_body(std::vector<std::string>{"\"a\"", "\"b\""}),
            "<CompleteMultipartUpload>"
            "<Part><PartNumber>1</PartNumber><ETag>\"a\"</ETag></Part>"
            "<Part><PartNumber>2</PartNumber><ETag>\"b\"</ETag></Part>"
            "</CompleteMultipartUpload>");
}

TEST(S3Answer, JudgesByStatusAndBody) {
  EXPECT_EQ(judge(200, ""), S3Verdict::kDone);
  EXPECT_EQ(judge(204, ""), S3Verdict::kDone);
  EXPECT_EQ(judge(503, kSlowDown), S3Verdict::kSlowDown);
  EXPECT_EQ(judge(503, "upstream is gone"), S3Verdict::kSlowDown);
  EXPECT_EQ(judge(429, ""), S3Verdict::kSlowDown);
  EXPECT_EQ(judge(500, "<Error><Code>InternalError</Code></Error>"), S3Verdict::kRetry);
  EXPECT_EQ(judge(400, "<Error><Code>RequestTimeout</Code></Error>"), S3Verdict::kRetry);
  EXPECT_EQ(judge(403, "<Error><Code>AccessDenied</Code></Error>"), S3Verdict::kFailed);
  EXPECT_EQ(judge(307, ""), S3Verdict::kFailed);
}

TEST(S3Answer, DoesNotTrustTheStatusOfAnEndedUpload) {
  EXPECT_EQ(judge(200, "<Error><Code>InternalError</Code></Error>"), S3Verdict::kRetry);
  EXPECT_EQ(judge(200, kSlowDown), S3Verdict::kSlowDown);
  EXPECT_EQ(judge(200, "<CompleteMultipartUploadResult/>"), S3Verdict::kDone);
}

TEST(S3Answer, HasARemedyForEveryError) {
  EXPECT_THAT(s3_remedy(403, "SignatureDoesNotMatch"), testing::HasSubstr("AWS_SECRET_ACCESS_KEY"));
  EXPECT_THAT(s3_remedy(301, ""), testing::HasSubstr("--region"));
  EXPECT_THAT(s3_remedy(403, ""), testing::HasSubstr("s3:PutObject"));
  EXPECT_THAT(s3_remedy(500, "InternalError"), testing::HasSubstr("service"));
  EXPECT_THAT(s3_remedy(418, "Teapot"), testing::Not(testing::IsEmpty()));
}

}  // namespace
}  // namespace sextant::comm
