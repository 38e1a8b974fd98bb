#include "server/hosting/answer_error.h"

#include <algorithm>
#include <string_view>

#include "server/base/json.h"
#include "server/base/text.h"
#include "server/net/retry_after.h"

namespace tier0::hosting {
namespace {

constexpr std::size_t kMessageLimit = 500;
constexpr std::size_t kFieldLimit = 100;
constexpr std::size_t kIdLimit = 64;
constexpr std::size_t kDetailLimit = 50;

/// Cloudflare's status for a name that leads nowhere (its error 1016).
constexpr int kWrongHost = 530;

/// The body as an object, or null where it is none.
Json json_of(const HttpResponse& response) {
  auto body = parse_json(response.body);
  return body && body->is_object() ? *std::move(body) : Json();
}

/// The introduction of the provider's document says `error`, its schemas and answers `message`.
std::string message_of(const Json& body) {
  const std::string message = string_member(body, "message", string_member(body, "error"));
  return clean_text(message, kMessageLimit);
}

/// {"errors": {"setup.template_id": ["text", …]}}
std::vector<Detail> details_of(const Json& body) {
  std::vector<Detail> details;
  const Json* errors = find_member(body, "errors");
  if (errors == nullptr || !errors->is_object()) return details;
  for (const auto& [field, problems] : errors->items()) {
    const Json list = problems.is_array() ? problems : Json::array({problems});
    for (const Json& problem : list) {
      if (details.size() == kDetailLimit) return details;
      if (problem.is_string())
        details.push_back(
            {.field = clean_text(field, kFieldLimit),
             .problem = clean_text(problem.get_ref<const std::string&>(), kMessageLimit)});
    }
  }
  return details;
}

struct Meaning {
  Code code;
  std::string_view message;  // where the provider gave none
  std::string_view hint;
};

/// Codes in brackets say more than the status they come with.
std::optional<Meaning> meaning_of_code(std::string_view message) {
  if (message.starts_with("[VPS:2044]"))
    return Meaning{Code::WrongState, "",
                   "The installed system has no Docker Manager: use Docker over SSH."};
  if (message.starts_with("[DNS:4002]"))
    return Meaning{Code::NotOurs, "", "The domain belongs to another account."};
  return std::nullopt;
}

Meaning meaning_of(int status, bool is_json) {
  constexpr std::string_view kEdge =
      "Something in front of the provider's API refused the request, not the API itself. Check the "
      "account's URL and whether this machine's address is blocked.";
  switch (status) {
    case 400:
    case 422:
      return {Code::Validation, "the provider refused the input", "Correct the named fields."};
    case 401:
      return {Code::Auth, "the provider does not accept the account's token",
              "Renew the token in the secret store; no restart is needed."};
    case 402:
      return {Code::WrongState, "the payment was declined",
              "Check the payment method, and whether the order went through all the same."};
    case 403:
      if (!is_json)
        return {Code::EdgeBlocked, "the request was blocked before it reached the provider", kEdge};
      return {Code::Forbidden, "the provider does not allow this",
              "Check what the owner of the token may do."};
    case 404:
    case 405:
    case 410:
      return {Code::NotFound, "the provider knows no such thing", "Check the id."};
    case 409:
      return {Code::Conflict, "the provider reports a conflict", "Read the current state first."};
    case 423:
      return {Code::Locked, "another action is running", "Wait until it has ended."};
    case 429:
      return {Code::RateLimited, "the provider limits how often it may be asked",
              "Wait before the same call."};
    case kWrongHost:
      return {Code::EdgeBlocked, "the configured host is not the provider's API",
              "Set the account's URL to https://developers.hostinger.com."};
    default:
      break;
  }
  if (status >= 300 && status < 400)
    return {Code::Upstream, "the provider answered with a redirect", "Check the account's URL."};
  if (status >= 400 && status < 500)
    return {Code::Upstream, "the provider refused the request", "Check the account's URL."};
  return {Code::Upstream, "the provider has a fault of its own", "Try again in a minute."};
}

}  // namespace

Error error_of(const HttpResponse& response, WallTime now) {
  const Json body = json_of(response);
  std::string message = message_of(body);
  Meaning meaning = meaning_of(response.status, body.is_object());
  if (const auto better = meaning_of_code(message)) meaning = *better;
  if (message.empty()) message = meaning.message;
  if (meaning.code == Code::Upstream || meaning.code == Code::EdgeBlocked)
    message += " (status " + std::to_string(response.status) + ")";

  Error error{.code = meaning.code,
              .message = std::move(message),
              .hint = std::string(meaning.hint),
              .details = details_of(body),
              .upstream_id = clean_text(string_member(body, "correlation_id"), kIdLimit)};
  if (const std::string* wait = response.header("retry-after"))
    error.retry_after = parse_retry_after(*wait, now);
  return error;
}

bool is_transient(int status) {
  switch (status) {
    case 408:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
      return true;
    default:
      return status >= 520 && status <= 524;  // Cloudflare's, about the machine behind it
  }
}

bool is_unanswered(int status) {
  return status == 408 || status == 504 || status == 524;
}

bool may_be_done(int status) {
  constexpr int kRefused = 521;       // the machine behind did not take the connection
  constexpr int kNoConnection = 522;  // nor answer it
  constexpr int kNoRoute = 523;
  if (status == kRefused || status == kNoConnection || status == kNoRoute || status == kWrongHost)
    return false;
  return status >= 500 || is_unanswered(status);
}

}  // namespace tier0::hosting
