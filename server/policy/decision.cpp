#include "server/policy/decision.h"

#include <array>

namespace tier0 {

std::string_view to_string(Verdict verdict) {
  constexpr std::array<std::string_view, 4> kNames = {"deny", "out_of_band", "ask", "allow"};
  return kNames[static_cast<std::size_t>(verdict)];
}

std::string Explanation::text() const {
  std::string out = agent + " " + tool + " (" + std::string(to_string(effect)) +
                    "): " + std::string(to_string(decision.verdict)) + "\n  " + decision.reason +
                    "\n";
  for (const GrantTrace& grant : grants) {
    out += std::string(grant.matched ? "  + " : "  - ") + grant.rule + " (" + grant.place + ")";
    if (grant.matched) out += " " + std::string(to_string(grant.verdict));
    out += ": " + grant.why + "\n";
  }
  if (grants.empty()) out += "  it has no grants\n";
  return out;
}

Json Explanation::json() const {
  Json list = Json::array();
  for (const GrantTrace& grant : grants)
    list.push_back({{"rule", grant.rule},
                    {"place", grant.place},
                    {"matched", grant.matched},
                    {"verdict", to_string(grant.verdict)},
                    {"why", grant.why}});
  return {{"agent", agent},
          {"tool", tool},
          {"effect", to_string(effect)},
          {"decision", to_string(decision.verdict)},
          {"rule", decision.rule},
          {"reason", decision.reason},
          {"at_once", decision.at_once},
          {"grants", std::move(list)}};
}

}  // namespace tier0
