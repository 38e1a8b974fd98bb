#pragma once

#include <string_view>

namespace tier0 {

/// A file of this repository that the binary carries; lives as long as the program.
struct EmbeddedFile {
  std::string_view path;  // below the root of the repository
  std::string_view bytes;
};

}  // namespace tier0
