#include "tools/parts.h"

namespace tier0::tools {

void Parts::note(std::string_view part, const Error& error) {
  unavailable_.push_back(
      {{"part", part}, {"kind", to_string(error.code)}, {"reason", error.message}});
}

}  // namespace tier0::tools
