#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "calibrate/comm/suites.h"

namespace sextant::comm {

/// Of how many connections each rank is measured, ascending. @throws CommError if one is not
/// between 1 and 1,000
std::vector<int> connection_counts(const S3Options& options);

/// Bytes of a multipart upload's parts: those asked for, but no more than an object has, so that
/// every connection has a part, and no fewer than 10,000 parts allow.
std::uint64_t part_bytes(const S3Options& options, int connections);

/// Small objects of a rank: those asked for, but at least one for each connection.
int small_objects(const S3Options& options, int connections);

/// What a run costs in requests, retries aside. S3 bills PUT, POST and multipart's beginnings and
/// ends alike, and does not bill DELETE.
struct S3Bill {
  double put = 0;
  double get = 0;
  double bytes_up = 0;
  double bytes_down = 0;
};

/// Of `ranks` ranks, each point repeated so often (untimed ones included).
S3Bill estimate(const S3Options& options, int ranks, int repetitions);

std::string text_of(const S3Bill& bill);

}  // namespace sextant::comm
