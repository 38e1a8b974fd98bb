#pragma once

#include <map>
#include <string>
#include <vector>

#include "server/base/json.h"

namespace tier0::fakes {

/// What Vault answers; a null body is an empty one.
struct VaultReply {
  int status = 200;
  Json body = {};
};

VaultReply vault_errors(int status, std::vector<std::string> errors);
/// The envelope of a secret's answer.
VaultReply vault_data(int status, Json data, std::vector<std::string> warnings = {});

/// One mount of Vault's key-value engine, version 1 or 2, as its API documentation and its answers
/// in the field have it.
class VaultEngine {
 public:
  explicit VaultEngine(int version) : version_(version) {}

  int version() const { return version_; }
  /// `rest` is the path below the mount.
  VaultReply handle(const std::string& method, const std::string& rest, const Json& body);

  /// As another program would, without a check.
  void put(const std::string& name, Json fields);
  /// Version 2: the newest version is marked deleted.
  void remove(const std::string& name);
  Json newest(const std::string& name) const;  // null where there is none
  std::uint64_t count(const std::string& name) const;

 private:
  struct Entry {
    Json fields;
    bool deleted = false;
  };

  VaultReply handle_first(const std::string& method, const std::string& name, const Json& body);
  VaultReply read_second(const std::string& name) const;
  VaultReply write_second(const std::string& name, const Json& body);
  static Json metadata(std::uint64_t version, bool deleted);

  int version_;
  std::map<std::string, std::vector<Entry>> secrets_;
};

}  // namespace tier0::fakes
