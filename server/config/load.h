#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "server/config/config.h"
#include "server/policy/policy_box.h"

namespace tier0::config {

/// The tier0.yaml to use: `given` if there is one, else the search path of product.md 4. Kind
/// not_configured, listing the places, where there is none.
Result<std::filesystem::path> find(const std::optional<std::filesystem::path>& given);

/// Reads tier0.yaml and the agents/*.yaml and tenants/*.yaml beside it. Kind validation; the
/// message starts with file:line:column, and `details` holds every fault found, its `field` being
/// the place.
Result<Loaded> load(const std::filesystem::path& file);

/// The sandbox's own configuration: defaults and the embedded agents of examples/sandbox.
Result<Loaded> load_sandbox();

/// The policy that a configuration makes. Host names in grants are those of `ssh.hosts`. Errors as
/// with load().
Result<std::shared_ptr<const Policy>> make_policy(const Loaded& loaded, const Registry& registry,
                                                  std::uint64_t generation = 1);

/// Reads everything anew and puts the new policy into the box; on any error the old one stays and
/// the error says what was wrong.
Result<Loaded> reload(const std::filesystem::path& file, const Registry& registry, PolicyBox& box);

}  // namespace tier0::config
