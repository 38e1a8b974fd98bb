#include "server/policy/directory.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "server/base/text.h"
#include "server/crypto/crypto.h"

namespace tier0 {
namespace {

constexpr std::string_view kOwner = "owner";

Error not_proven(std::string message, std::string hint) {
  return {.code = Code::Auth, .message = std::move(message), .hint = std::move(hint)};
}

Principal agent(std::string id, Principal::Proof proof) {
  return {.kind = Principal::Kind::Agent, .id = std::move(id), .proof = proof};
}

}  // namespace

std::optional<uid_t> lookup_user(const std::string& name) {
  uid_t number = 0;
  const char* end = name.data() + name.size();
  if (const auto read = std::from_chars(name.data(), end, number);
      read.ec == std::errc{} && read.ptr == end)
    return number;
  std::array<char, 16384> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0 || !found)
    return std::nullopt;
  return found->pw_uid;
}

AgentDirectory AgentDirectory::build(std::span<const AgentProfile> profiles, const People& people) {
  AgentDirectory directory;
  directory.server_uid_ = people.server_uid;
  const auto uid_of = [&](const std::string& user, const std::string& whose) {
    const auto uid = people.lookup(user);
    if (!uid) directory.warnings_.push_back(whose + ": this machine has no user \"" + user + "\"");
    return uid;
  };
  for (const AgentProfile& profile : profiles) {
    directory.agents_.push_back(profile.agent.value);
    for (const Identity& identity : profile.identity) {
      if (!identity.token_sha256.empty())
        directory.tokens_.push_back({identity.token_sha256, profile.agent.value});
      else if (const auto uid = uid_of(identity.unix_user, "agent " + profile.agent.value))
        directory.agents_by_uid_.emplace(*uid, profile.agent.value);
    }
  }
  for (const auto& [person, user] : people.unix_users)
    if (const auto uid = uid_of(user, "person " + person))
      directory.people_by_uid_.emplace(*uid, person);
  std::ranges::sort(directory.agents_);
  for (const auto& [uid, name] : directory.agents_by_uid_)
    if (const auto person = directory.person_of(uid))
      directory.warnings_.push_back("agent " + name + " and person " + person->id +
                                    " are the same unix user: the agent could approve itself");
  return directory;
}

Result<Principal> AgentDirectory::by_token(const Secret& bearer) const {
  const std::string digest = crypto::sha256_hex(bearer);
  const TokenOf* match = nullptr;
  // To the end whatever matched, so that the time tells nothing about which agent it was.
  for (const TokenOf& token : tokens_)
    if (crypto::constant_time_equal(token.sha256, digest)) match = &token;
  if (match == nullptr || bearer.empty())
    return not_proven(
        "the token is not one of an agent",
        "Send the agent's token as Authorization: Bearer; `tier0 token new` makes one.");
  return agent(match->agent, Principal::Proof::Token);
}

Result<Principal> AgentDirectory::launched_as(std::string_view name) const {
  if (std::ranges::find(agents_, name) != agents_.end())
    return agent(std::string(name), Principal::Proof::LaunchedAs);
  const std::string known = agents_.empty() ? "none; add agents/NAME.yaml" : join(agents_, ", ");
  if (name.empty())
    return Error{.code = Code::Validation,
                 .message = "no agent was named",
                 .hint = "Use --agent with one of: " + known + "."};
  return Error{.code = Code::Validation,
               .message = "there is no agent \"" + clean_text(name, 64) + "\"",
               .hint = "Agents are: " + known + "."};
}

Result<Principal> AgentDirectory::agent_of(uid_t peer,
                                           std::optional<std::string_view> named) const {
  if (peer == server_uid_ && named) {
    T0_TRY(Principal found, launched_as(*named));
    found.proof = Principal::Proof::UnixUser;
    return found;
  }
  std::vector<std::string> mine;
  const auto [first, last] = agents_by_uid_.equal_range(peer);
  for (auto entry = first; entry != last; ++entry) mine.push_back(entry->second);
  if (named && std::ranges::find(mine, *named) == mine.end())
    return not_proven("this unix user is not agent \"" + clean_text(*named, 64) + "\"",
                      "Add it to the agent's identity as unix_user, or use the agent's token.");
  if (named) return agent(std::string(*named), Principal::Proof::UnixUser);
  if (mine.empty() && peer == server_uid_) return launched_as("");
  if (mine.empty())
    return not_proven("this unix user is no agent", "Add it to an agent's identity as unix_user.");
  if (mine.size() > 1)
    return not_proven("this unix user is several agents",
                      "Say which with --agent: " + join(mine, ", ") + ".");
  return agent(mine.front(), Principal::Proof::UnixUser);
}

Result<Principal> AgentDirectory::person_of(uid_t peer) const {
  const auto found = people_by_uid_.find(peer);
  if (found == people_by_uid_.end() && peer != server_uid_)
    return not_proven("this unix user is nobody that tier0 knows",
                      "Add it to people in tier0.yaml.");
  return Principal{.kind = Principal::Kind::Person,
                   .id = found == people_by_uid_.end() ? std::string(kOwner) : found->second,
                   .proof = Principal::Proof::UnixUser};
}

}  // namespace tier0
