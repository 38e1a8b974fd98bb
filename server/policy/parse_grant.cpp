#include "server/policy/parse_grant.h"

#include <algorithm>
#include <array>

#include "server/base/nearest.h"
#include "server/policy/match.h"
#include "server/schema/net_formats.h"

namespace tier0 {
namespace {

/// One grant of one file, and where its faults go.
class Reader {
 public:
  Reader(const Document& document, std::string pointer, const KnownNames& known, Findings& findings)
      : document_(document), pointer_(std::move(pointer)), known_(known), findings_(findings) {}

  Grant read() {
    Grant grant;
    grant.place = document_.at(pointer_);
    grant.tools = tools("tools");
    grant.except = tools("except");
    grant.effects = effects();
    grant.backends = backends();
    grant.on = targets();
    grant.commands = commands();
    grant.operations = operations();
    return grant;
  }

 private:
  const Json* member(const std::string& key) const {
    return find_member(document_.value[Json::json_pointer(pointer_)], key);
  }

  void fault(const std::string& key, std::string problem) {
    findings_.faults.push_back({document_.at(pointer_ + "/" + key), std::move(problem)});
  }

  static std::string item(const std::string& key, std::size_t index) {
    return key + "/" + std::to_string(index);
  }

  std::vector<std::string> tools(const std::string& key) {
    std::vector<std::string> names;
    const Json* list = member(key);
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
      names.push_back((*list)[i]);
      check_tool(item(key, i), names.back());
    }
    return names;
  }

  void check_tool(const std::string& at, const std::string& name) {
    const auto all = known_.registry.all();
    const bool is_pattern = name.find('*') != std::string::npos;
    const bool matches = std::ranges::any_of(
        all, [&name](const Tool& tool) { return names_tool({name}, tool.name); });
    if (matches || name == "*") return;
    if (is_pattern) {
      findings_.warnings.push_back(document_.at(pointer_ + "/" + at) + ": \"" + name +
                                   "\" matches no tool");
      return;
    }
    std::vector<std::string> names;
    for (const Tool& tool : all) names.push_back(tool.name);
    const std::string meant = nearest(names, name);
    fault(at, "unknown tool \"" + name + "\"" +
                  (meant.empty() ? "" : "; did you mean \"" + meant + "\"?"));
  }

  std::map<Effect, Verdict> effects() {
    std::map<Effect, Verdict> result;
    const Json* given = member("effects");
    if (given == nullptr) return result;
    for (const auto& [name, value] : given->items()) {
      const Verdict verdict = value == "allow" ? Verdict::Allow
                              : value == "ask" ? Verdict::Ask
                                               : Verdict::OutOfBand;
      result[parse_effect(name).value()] = verdict;
    }
    if (result.empty()) fault("effects", "gives no effect, so the grant would match nothing");
    return result;
  }

  std::optional<std::set<Backend>> backends() {
    const Json* list = member("backends");
    if (list == nullptr) return std::nullopt;
    std::set<Backend> result;
    for (const Json& name : *list) result.insert(parse_backend(name.get<std::string>()).value());
    return result;
  }

  TargetSets targets() {
    TargetSets result;
    const Json* on = member("on");
    if (on == nullptr) return result;
    for (const auto& [dimension, list] : on->items())
      for (std::size_t i = 0; i < list.size(); ++i)
        add_target(dimension, list[i], item("on/" + dimension, i), result[dimension]);
    if (result.empty()) fault("on", "names no target; leave it out to mean all");
    return result;
  }

  void add_target(const std::string& dimension, const std::string& text, const std::string& at,
                  std::set<std::string>& ids) {
    if (dimension == "vps") {
      const auto host = known_.hosts.find(text);
      if (host != known_.hosts.end())
        ids.insert(host->second);
      else if (VpsId::parse(text))
        ids.insert(text);
      else
        fault(at, "is neither a provider id nor a name in ssh.hosts");
    } else if (dimension == "account" && !known_.accounts.contains(text)) {
      fault(at, "is no account of tier0.yaml");
    } else {
      ids.insert(dimension == "domain" ? normal_domain(text) : text);
    }
  }

  std::optional<std::vector<CommandPattern>> commands() {
    const Json* list = member("commands");
    if (list == nullptr) return std::nullopt;
    std::vector<CommandPattern> patterns;
    for (std::size_t i = 0; i < list->size(); ++i) {
      auto pattern = CommandPattern::parse((*list)[i].get_ref<const std::string&>());
      if (pattern)
        patterns.push_back(std::move(*pattern));
      else
        fault(item("commands", i), pattern.error().message);
    }
    return patterns;
  }

  std::vector<std::string> operations() {
    std::vector<std::string> ids;
    const Json* list = member("operations");
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
      ids.push_back((*list)[i]);
      if (ids.back() == "*" ? list->size() > 1 : ids.back().find('*') != std::string::npos)
        fault(item("operations", i), "write exact ids, or \"*\" alone for all");
    }
    return ids;
  }

  const Document& document_;
  const std::string pointer_;
  const KnownNames& known_;
  Findings& findings_;
};

}  // namespace

Grant parse_grant(const Document& document, const std::string& pointer, const KnownNames& known,
                  Findings& findings) {
  return Reader(document, pointer, known, findings).read();
}

std::string grant_rule(const Document& document, std::size_t index) {
  return document.name + " grant " + std::to_string(index + 1);
}

}  // namespace tier0
