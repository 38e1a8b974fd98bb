// Domains, billing and raw operations.
#include <algorithm>
#include <array>

#include "server/hosting/calls.h"
#include "server/hosting/hostinger.h"
#include "server/hosting/paths.h"

namespace tier0::hosting {
namespace {

constexpr std::string_view kAvailability = "/api/domains/v1/availability";

Request availability(std::string_view kind, Json body) {
  return {.method = "POST",
          .path = std::string(kAvailability) + std::string(kind),
          .body = std::move(body),
          .lane = Lane::Availability};
}

Result<Unit> check_operation(const OperationRequest& request) {
  constexpr std::array<std::string_view, 5> kMethods = {"GET", "POST", "PUT", "PATCH", "DELETE"};
  const auto allowed = [](char c) { return c > 0x20 && c < 0x7F && c != '?' && c != '#'; };
  if (std::ranges::find(kMethods, request.method) != kMethods.end() &&
      std::ranges::all_of(request.path, allowed))
    return Unit{};
  return Error{.code = Code::Validation,
               .message = "the method or the path of the operation is malformed",
               .hint = "Use those of the operation's description, with its parameters encoded."};
}

}  // namespace

Result<std::vector<Availability>> Hostinger::check_availability(const AvailabilityQuery& query,
                                                                const Cancel& cancel) {
  Json body{{"domain", query.label}, {"tlds", query.tlds}};
  if (query.with_alternatives) body["with_alternatives"] = true;
  return ask_list(gateway_, availability("", std::move(body)), parse_availability, cancel);
}

Result<std::vector<std::string>> Hostinger::suggest_from_domain(const std::string& domain,
                                                                int limit, const Cancel& cancel) {
  return ask_list(gateway_,
                  availability("/alternatives-from-domain", {{"domain", domain}, {"limit", limit}}),
                  parse_domain_name, cancel);
}

Result<std::vector<std::string>> Hostinger::suggest_from_description(const std::string& description,
                                                                     int limit,
                                                                     const Cancel& cancel) {
  return ask_list(gateway_,
                  availability("/alternatives-from-description",
                               {{"description", description}, {"limit", limit}}),
                  parse_domain_name, cancel);
}

Result<std::vector<Domain>> Hostinger::list_domains(const Cancel& cancel) {
  return ask_list(gateway_, {.path = "/api/domains/v1/portfolio"}, parse_domain, cancel);
}

Result<std::vector<CatalogItem>> Hostinger::list_catalog(const CatalogQuery& query,
                                                         const Cancel& cancel) {
  std::vector<std::pair<std::string, std::string>> pairs;
  if (!query.category.empty()) pairs.emplace_back("category", query.category);
  if (!query.name.empty()) pairs.emplace_back("name", query.name);
  return ask_list(gateway_, {.path = "/api/billing/v1/catalog" + encode_query(pairs)},
                  parse_catalog_item, cancel);
}

Result<std::vector<Subscription>> Hostinger::list_subscriptions(const Cancel& cancel) {
  return ask_list(gateway_, {.path = "/api/billing/v1/subscriptions"}, parse_subscription, cancel);
}

Result<std::vector<PaymentMethod>> Hostinger::list_payment_methods(const Cancel& cancel) {
  return ask_list(gateway_, {.path = "/api/billing/v1/payment-methods"}, parse_payment_method,
                  cancel);
}

Result<OperationReply> Hostinger::call_operation(const OperationRequest& request,
                                                 const Cancel& cancel) {
  T0_CHECK(check_operation(request));
  Request raw{.method = request.method,
              .path = request.path + encode_query(request.query),
              .body = request.body,
              .lane = request.path.starts_with(kAvailability) ? Lane::Availability : Lane::General};
  if (request.resend == Resend::Allowed) {
    T0_TRY(const auto reply, gateway_.read(raw, cancel));
    return OperationReply{.status = reply->status, .body = reply->body};
  }
  T0_TRY(Reply reply, gateway_.write(raw, cancel));
  return OperationReply{.status = reply.status, .body = std::move(reply.body)};
}

}  // namespace tier0::hosting
