#include "server/policy/principal.h"

namespace tier0 {

std::string Principal::name() const {
  switch (kind) {
    case Kind::Agent:
      return "agent:" + id;
    case Kind::Person:
      return "person:" + id;
    case Kind::Automation:
      return "automation:" + id;
  }
  return id;
}

}  // namespace tier0
