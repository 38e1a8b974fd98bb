#pragma once

#include <optional>
#include <span>
#include <string>

#include "server/backend/hosting_api.h"
#include "server/base/json.h"
#include "server/tool/context.h"

namespace tier0::tools {

/// The members that list-vps and get-vps share.
Json vps_json(const Vps& vps, const ToolContext& context);

/// Null where there is none of that id.
const Subscription* find_subscription(std::span<const Subscription> subscriptions, const Vps& vps);

/// RFC 3339 in UTC.
void set_time(Json& object, const char* key, const std::optional<WallTime>& time);

/// The account that an API object belongs to.
std::string account_of(const ToolContext& context, const HostingApi& api);

}  // namespace tier0::tools
