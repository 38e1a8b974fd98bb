#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/base/cancel.h"
#include "server/base/clock.h"
#include "server/base/result.h"

namespace tier0 {

/// One label and the endings to try, without dots: acme over com, net, store.
struct AvailabilityQuery {
  std::string label = {};
  std::vector<std::string> tlds = {};
  bool with_alternatives = false;  // only with exactly one ending
};

struct Availability {
  std::string domain = {};
  bool is_available = false;
  bool is_alternative = false;
  std::string restriction = {};  // empty: none
};

struct Domain {
  std::string id = {};
  std::string domain = {};  // empty: a free-domain credit
  std::string type = {};
  std::string status = {};  // active, pending_setup, expired, requested, pending_verification, …
  std::optional<WallTime> created_at = {};
  std::optional<WallTime> expires_at = {};
};

/// Domain names. Errors common to all methods: see HostingApi.
class DomainApi {
 public:
  virtual ~DomainApi() = default;

  /// The provider allows 90 a minute; we hold to 60 and wait no longer than the deadline.
  virtual Result<std::vector<Availability>> check_availability(const AvailabilityQuery& query,
                                                               const Cancel& cancel) = 0;
  /// Names that resemble `domain` (1 to 255 characters). Not repeatable.
  virtual Result<std::vector<std::string>> suggest_from_domain(const std::string& domain, int limit,
                                                               const Cancel& cancel) = 0;
  /// Names for a description (2 to 1000 characters). Not repeatable.
  virtual Result<std::vector<std::string>> suggest_from_description(const std::string& description,
                                                                    int limit,
                                                                    const Cancel& cancel) = 0;
  virtual Result<std::vector<Domain>> list_domains(const Cancel& cancel) = 0;
};

}  // namespace tier0
