// Domains, billing and raw operations.
#include <algorithm>

#include "tests/fakes/fake_hosting.h"

namespace tier0 {
namespace {

/// `*` stands for any characters, as in the provider's catalogue.
bool matches(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '*')
    return matches(pattern.substr(1), text) || (!text.empty() && matches(pattern, text.substr(1)));
  return !text.empty() && pattern.front() == text.front() &&
         matches(pattern.substr(1), text.substr(1));
}

std::vector<std::string> first(const std::vector<std::string>& all, int limit) {
  const auto count = std::min(all.size(), static_cast<std::size_t>(std::max(limit, 0)));
  return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count)};
}

}  // namespace

Result<std::vector<Availability>> FakeHosting::check_availability(const AvailabilityQuery& query,
                                                                  const Cancel& cancel) {
  const MutexLock lock(mutex_);
  HostingCall call{"check_availability", {query.label}};
  call.arguments.insert(call.arguments.end(), query.tlds.begin(), query.tlds.end());
  T0_CHECK(enter(Kind::Read, std::move(call), cancel));
  std::vector<Availability> answers;
  for (const std::string& tld : query.tlds) {
    const std::string domain = query.label + "." + tld;
    const auto known = std::ranges::find(world_.known_domains, domain, &Availability::domain);
    answers.push_back(known == world_.known_domains.end()
                          ? Availability{.domain = domain, .is_available = true}
                          : *known);
  }
  if (query.with_alternatives)
    for (const std::string& domain : world_.suggestions)
      answers.push_back({.domain = domain, .is_available = true, .is_alternative = true});
  return answers;
}

Result<std::vector<std::string>> FakeHosting::suggest_from_domain(const std::string& domain,
                                                                  int limit, const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Read, {"suggest_from_domain", {domain}}, cancel));
  return first(world_.suggestions, limit);
}

Result<std::vector<std::string>> FakeHosting::suggest_from_description(
    const std::string& description, int limit, const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Read, {"suggest_from_description", {description}}, cancel));
  return first(world_.suggestions, limit);
}

Result<std::vector<Domain>> FakeHosting::list_domains(const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Read, {"list_domains"}, cancel));
  return world_.domains;
}

Result<std::vector<CatalogItem>> FakeHosting::list_catalog(const CatalogQuery& query,
                                                           const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Read, {"list_catalog", {query.category, query.name}}, cancel));
  std::vector<CatalogItem> found;
  std::ranges::copy_if(world_.catalog, std::back_inserter(found), [&](const CatalogItem& item) {
    return (query.category.empty() || item.category == query.category) &&
           (query.name.empty() || matches(query.name, item.name));
  });
  return found;
}

Result<std::vector<Subscription>> FakeHosting::list_subscriptions(const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Read, {"list_subscriptions"}, cancel));
  return world_.subscriptions;
}

Result<std::vector<PaymentMethod>> FakeHosting::list_payment_methods(const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Read, {"list_payment_methods"}, cancel));
  return world_.payment_methods;
}

Result<OperationReply> FakeHosting::call_operation(const OperationRequest& request,
                                                   const Cancel& cancel) {
  const MutexLock lock(mutex_);
  const Kind kind = request.resend == Resend::Allowed ? Kind::Read : Kind::Write;
  T0_CHECK(enter(kind, {"call_operation", {request.method, request.path}}, cancel));
  const auto reply = world_.operation_replies.find(request.method + " " + request.path);
  if (reply == world_.operation_replies.end())
    return Error{.code = Code::NotFound, .message = "[VPS:2002] Route is not found."};
  T0_CHECK(leave("call_operation"));
  return reply->second;
}

}  // namespace tier0
