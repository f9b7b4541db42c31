#pragma once

#include <algorithm>

#include "sextant/storage/retry_policy.h"

namespace sextant {

/// The tokens of one client from which all its retries are paid (botocore's RetryQuota).
class RetryQuota {
 public:
  explicit RetryQuota(const RetryPolicy& policy)
      : full_(policy.tokens.value_or(0)),
        tokens_(full_),
        cost_(policy.tokens ? policy.cost : 0),
        refund_(policy.refund) {}

  /// Pays for one retry; false: not enough is left.
  bool take() {
    if (cost_ > tokens_) return false;
    tokens_ -= cost_;
    return true;
  }
  void succeeded(bool retried) { tokens_ = std::min(full_, tokens_ + (retried ? cost_ : refund_)); }

  double tokens() const { return tokens_; }

 private:
  double full_;
  double tokens_;
  double cost_;
  double refund_;
};

}  // namespace sextant
