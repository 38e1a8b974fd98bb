#include "server/policy/policy.h"

#include <algorithm>
#include <utility>

#include "server/base/text.h"
#include "server/policy/match.h"
#include "server/policy/scope.h"

namespace tier0 {
namespace {

constexpr std::size_t kMostNear = 3;

/// The grant's own targets, within the tenant that the principal belongs to.
TargetSets within(const TargetSets& on, const std::optional<std::string>& tenant) {
  TargetSets narrowed = on;
  if (!tenant) return narrowed;
  const auto own = narrowed.find("tenant");
  const bool allowed = own == narrowed.end() || own->second.contains(*tenant);
  narrowed["tenant"] = allowed ? std::set<std::string>{*tenant} : std::set<std::string>{};
  return narrowed;
}

std::string verb(Verdict verdict) {
  switch (verdict) {
    case Verdict::Allow:
      return " allows ";
    case Verdict::Ask:
      return " asks a person before ";
    case Verdict::OutOfBand:
      return " asks a person, in the queue only, before ";
    case Verdict::Deny:
      break;
  }
  return " denies ";
}

std::string call_text(const Tool& tool) {
  return tool.name + " (" + std::string(to_string(tool.effect)) + ")";
}

}  // namespace

/// What one grant says to one call.
struct Policy::Answer {
  const Grant* grant;
  TargetSets on;
  Match match;

  Verdict verdict(Effect effect) const {
    const auto found = grant->effects.find(effect);
    return found == grant->effects.end() ? Verdict::Deny : found->second;
  }
};

const AgentProfile* Policy::profile(const Principal& who) const {
  if (who.kind != Principal::Kind::Agent) return nullptr;
  const auto found = std::ranges::find_if(
      profiles_, [&who](const AgentProfile& profile) { return profile.agent.value == who.id; });
  return found == profiles_.end() ? nullptr : &*found;
}

bool Policy::asks_owners(const Principal& who) const {
  const AgentProfile* found = profile(who);
  return found != nullptr && std::ranges::any_of(found->grants, [](const Grant& grant) {
           return grant.on.contains("account");
         });
}

bool Policy::may_see(const Principal& who, const Tool& tool, const Exposure& exposure) const {
  const AgentProfile* found = profile(who);
  if (found == nullptr || !exposure.includes(tool)) return false;
  return std::ranges::any_of(found->grants, [&](const Grant& grant) {
    return could_match(grant, within(grant.on, who.tenant), tool);
  });
}

std::vector<Policy::Answer> Policy::answers(const Principal& who, const Tool& tool,
                                            const Json& args, const Owners* owners) const {
  std::vector<Answer> list;
  const AgentProfile* found = profile(who);
  if (found == nullptr) return list;
  for (const Grant& grant : found->grants) {
    TargetSets on = within(grant.on, who.tenant);
    Match matched = match(grant, on, {tenants_, owners}, tool, args);
    list.push_back({&grant, std::move(on), std::move(matched)});
  }
  return list;
}

Decision Policy::conclude(const Principal& who, const Tool& tool,
                          const std::vector<Answer>& answers, const Owners* owners) const {
  Decision decision;
  std::vector<ScopedGrant> winners;
  for (const Answer& answer : answers) {
    if (!answer.match.matched) continue;
    const Verdict verdict = answer.verdict(tool.effect);
    if (verdict < decision.verdict) continue;
    if (verdict > decision.verdict) {
      decision = {.verdict = verdict, .rule = answer.grant->rule};
      winners.clear();
    }
    decision.at_once |= verdict == Verdict::Allow && answer.match.by_command;
    winners.push_back({answer.grant, answer.on});
  }
  if (winners.empty()) {
    decision.reason = refusal_reason(who, tool, answers);
    return decision;
  }
  decision.reason = decision.rule + verb(decision.verdict) + call_text(tool);
  decision.scope = make_scope(shared_from_this(), std::move(winners), {tenants_, owners});
  return decision;
}

std::string Policy::refusal_reason(const Principal& who, const Tool& tool,
                                   const std::vector<Answer>& answers) {
  std::vector<const Answer*> near;
  for (const Answer& answer : answers)
    if (answer.match.steps > 0) near.push_back(&answer);
  if (near.empty()) return "no grant of " + who.id + " covers " + call_text(tool);
  std::ranges::stable_sort(near, std::ranges::greater{},
                           [](const Answer* answer) { return answer->match.steps; });
  std::vector<std::string> reasons;
  for (const Answer* answer : near)
    if (reasons.size() < kMostNear)
      reasons.push_back(answer->grant->rule + ": " + answer->match.why);
  return "no grant of " + who.id + " covers this call of " + call_text(tool) + "; " +
         join(reasons, "; ");
}

Decision Policy::decide(const Principal& who, const Tool& tool, const Json& args,
                        const Owners* owners) const {
  return conclude(who, tool, answers(who, tool, args, owners), owners);
}

Explanation Policy::explain(const Principal& who, const Tool& tool, const Json& args,
                            const Owners* owners) const {
  const std::vector<Answer> list = answers(who, tool, args, owners);
  Explanation explanation{.agent = who.id,
                          .tool = tool.name,
                          .effect = tool.effect,
                          .decision = conclude(who, tool, list, owners),
                          .grants = {}};
  for (const Answer& answer : list)
    explanation.grants.push_back({.rule = answer.grant->rule,
                                  .place = answer.grant->place,
                                  .verdict = answer.verdict(tool.effect),
                                  .matched = answer.match.matched,
                                  .why = answer.match.why});
  return explanation;
}

}  // namespace tier0
