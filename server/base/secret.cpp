#include "server/base/secret.h"

#include <cstring>

namespace tier0 {

void Secret::wipe() noexcept {
  // explicit_bzero, since a plain fill before destruction may be optimised away.
  if (!value_.empty()) explicit_bzero(value_.data(), value_.size());
  value_.clear();
}

}  // namespace tier0
