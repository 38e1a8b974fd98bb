#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tier0 {

/// The known word that `word` was probably meant to be, or empty where none is close.
std::string nearest(const std::vector<std::string>& known, std::string_view word);

}  // namespace tier0
