#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/secret.h"
#include "server/policy/principal.h"
#include "server/policy/profile.h"

namespace tier0 {

/// The user id of a unix user, or nothing where the machine has none of that name.
using UserLookup = std::function<std::optional<uid_t>(const std::string& name)>;
/// Asks the system's user database; digits are the id itself.
std::optional<uid_t> lookup_user(const std::string& name);

/// What proof means whom. Immutable; thread-safe.
class AgentDirectory {
 public:
  struct People {
    std::map<std::string, std::string, std::less<>> unix_users;  // person to unix user
    UserLookup lookup = lookup_user;
    uid_t server_uid = 0;
  };

  static AgentDirectory build(std::span<const AgentProfile> profiles, const People& people);

  /// The agent whose token this is. Kind auth; compares with every agent in constant time.
  Result<Principal> by_token(const Secret& bearer) const;

  /// The agent a local command was started as. Kind validation, listing the agents.
  Result<Principal> launched_as(std::string_view agent) const;

  /// The agent behind a socket peer: the server's own user may name any; another one is only what
  /// `identity` says, and must name which where that is several. Kind auth.
  Result<Principal> agent_of(uid_t peer, std::optional<std::string_view> named) const;

  /// The person behind a socket peer: as `people` maps it; the server's own user is `owner` where
  /// nobody is mapped to it. Kind auth.
  Result<Principal> person_of(uid_t peer) const;

  /// Whether this user is some agent's identity: such a user approves nothing.
  bool is_agent(uid_t user) const { return agents_by_uid_.contains(user); }

  const std::vector<std::string>& agents() const { return agents_; }  // sorted

  /// For `doctor`: unknown unix users, and users that are both an agent and a person.
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  struct TokenOf {
    std::string sha256;
    std::string agent;
  };

  std::vector<std::string> agents_;
  std::vector<TokenOf> tokens_;
  std::multimap<uid_t, std::string> agents_by_uid_;
  std::map<uid_t, std::string> people_by_uid_;
  uid_t server_uid_ = 0;
  std::vector<std::string> warnings_;
};

}  // namespace tier0
