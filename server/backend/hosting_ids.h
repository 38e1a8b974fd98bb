#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "server/base/decimal_id.h"
#include "server/base/ids.h"
#include "server/base/result.h"

namespace tier0 {

struct ActionTag {
  static constexpr std::string_view name = "the action id";
};
struct BackupTag {
  static constexpr std::string_view name = "the backup id";
};
struct FirewallTag {
  static constexpr std::string_view name = "the firewall id";
};
struct FirewallRuleTag {
  static constexpr std::string_view name = "the firewall rule id";
};
struct PublicKeyTag {
  static constexpr std::string_view name = "the public key id";
};
struct DataCenterTag {
  static constexpr std::string_view name = "the data center id";
};
struct TemplateTag {
  static constexpr std::string_view name = "the template id";
};
struct ScriptTag {
  static constexpr std::string_view name = "the post-install script id";
};
struct IpAddressTag {
  static constexpr std::string_view name = "the IP address id";
};
struct PaymentMethodTag {
  static constexpr std::string_view name = "the payment method id";
};

using ActionId = DecimalId<ActionTag>;
using BackupId = DecimalId<BackupTag>;
using FirewallId = DecimalId<FirewallTag>;
using FirewallRuleId = DecimalId<FirewallRuleTag>;
using PublicKeyId = DecimalId<PublicKeyTag>;
using DataCenterId = DecimalId<DataCenterTag>;
using TemplateId = DecimalId<TemplateTag>;
using ScriptId = DecimalId<ScriptTag>;
using IpAddressId = DecimalId<IpAddressTag>;
using PaymentMethodId = DecimalId<PaymentMethodTag>;

/// Opaque text of the provider, compared whole.
struct SubscriptionId {
  std::string value;
  auto operator<=>(const SubscriptionId&) const = default;
};

/// One price of one catalogue item: what an order names, such as hostingercom-vps-kvm2-usd-1m.
struct PriceId {
  std::string value;
  auto operator<=>(const PriceId&) const = default;
};

/// A Docker project: 3 to 64 letters, digits, dashes and underscores.
struct ProjectName {
  std::string value;
  static Result<ProjectName> parse(std::string_view text);
  auto operator<=>(const ProjectName&) const = default;
};

}  // namespace tier0
