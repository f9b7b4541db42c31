#pragma once

#include <string>

namespace sextant::importer {

/// The instance as EC2 and the catalogue call it: SageMaker and HyperPod put "ml." before that.
inline std::string ec2_type(const std::string& type) {
  return type.starts_with("ml.") ? type.substr(3) : type;
}

}  // namespace sextant::importer
