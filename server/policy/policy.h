#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/document.h"
#include "server/policy/decision.h"
#include "server/policy/directory.h"
#include "server/policy/exposure.h"
#include "server/policy/principal.h"
#include "server/policy/profile.h"
#include "server/policy/targets.h"
#include "server/tool/registry.h"

namespace tier0 {

/// All that a policy is made of.
struct PolicyInput {
  std::span<const Document> profiles;  // checked against schemas/config/agent.schema.json
  const Registry& registry;
  std::map<std::string, std::string, std::less<>> hosts = {};  // ssh.hosts: name to provider id
  std::set<std::string, std::less<>> accounts = {};
  Tenants tenants = {};
  AgentDirectory::People people = {};
  std::uint64_t generation = 1;
};

/// Who may do what. Pure: no clock, no I/O, no lock. Immutable; thread-safe.
class Policy : public std::enable_shared_from_this<Policy> {
  struct Key {};  // only parse makes one

 public:
  explicit Policy(Key) {}

  /// Kind validation; the message starts with file:line:column, `details` holds every fault:
  /// unknown tools named in full, duplicate agents and token hashes, targets that parse to nothing.
  static Result<std::shared_ptr<const Policy>> parse(const PolicyInput& input);

  /// Whether some grant matches the tool on some target. List and call both ask this.
  bool may_see(const Principal& who, const Tool& tool, const Exposure& exposure = {}) const;

  /// What the grants say to this call. `args` are validated, their selectors resolved to ids.
  /// Grants limited by account ask `owners` whose a thing is, which outlives the decision's scope.
  Decision decide(const Principal& who, const Tool& tool, const Json& args,
                  const Owners* owners = nullptr) const;

  /// The same with every grant's part in it.
  Explanation explain(const Principal& who, const Tool& tool, const Json& args,
                      const Owners* owners = nullptr) const;

  /// Whether some grant is limited by account, so that owners have to be known.
  bool asks_owners(const Principal& who) const;

  /// Null for a principal without a profile.
  const AgentProfile* profile(const Principal& who) const;
  std::span<const AgentProfile> profiles() const { return profiles_; }
  const AgentDirectory& directory() const { return directory_; }

  /// Grows with every reload.
  std::uint64_t generation() const { return generation_; }

  /// For `doctor`: patterns that match no tool, approvers who are nobody, asking with no approver.
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  struct Answer;  // of one grant
  std::vector<Answer> answers(const Principal& who, const Tool& tool, const Json& args,
                              const Owners* owners) const;
  Decision conclude(const Principal& who, const Tool& tool, const std::vector<Answer>& answers,
                    const Owners* owners) const;
  static std::string refusal_reason(const Principal& who, const Tool& tool,
                                    const std::vector<Answer>& answers);

  std::vector<AgentProfile> profiles_;
  Tenants tenants_;
  AgentDirectory directory_;
  std::uint64_t generation_ = 0;
  std::vector<std::string> warnings_;
};

}  // namespace tier0
