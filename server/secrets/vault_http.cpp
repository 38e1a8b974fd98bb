#include "server/secrets/vault_http.h"

#include <algorithm>
#include <string>
#include <utility>

#include "server/net/retry_after.h"

namespace tier0 {
namespace {

constexpr std::size_t kAnswerLimit = 1024 * 1024;  // of a secret Vault takes 1 MiB by default

Error no_vault(const std::string& problem, const std::string& hint) {
  return {.code = Code::SecretUnavailable, .message = "Vault " + problem, .hint = hint};
}

bool any_contains(const Json& body, const char* list, std::string_view text) {
  const Json* lines = find_member(body, list);
  if (lines == nullptr || !lines->is_array()) return false;
  return std::any_of(lines->begin(), lines->end(), [&](const Json& line) {
    return line.is_string() && line.get_ref<const std::string&>().find(text) != std::string::npos;
  });
}

/// Statuses that say "not now" or "not here", as HashiCorp's API documentation lists them
/// (HTTP status codes, and sys/health for 472 and 473). Empty for an answer to the request.
std::optional<Error> excuse(const VaultAnswer& answer) {
  switch (answer.status) {
    case 429:
      return no_vault("is asked too often", "Raise its rate limit quota, or wait.");
    case 307:
    case 308:
    case 472:
    case 473:
      return no_vault("answers as a standby that sends its clients elsewhere",
                      "Set vault.address to the active node or to the load balancer.");
    case 501:
      return no_vault("is not initialised", "Run vault operator init.");
    case 503:
      return answer.says("sealed")
                 ? no_vault("is sealed", "Unseal it; `vault status` shows the seal.")
                 : no_vault("is not available (status 503)", "Check it with `vault status`.");
    case 412:
      return no_vault("has not caught up with its own cluster", "Repeat the call.");
    default:
      if (answer.status >= 500)
        return no_vault("failed (status " + std::to_string(answer.status) + ")",
                        "See Vault's own log.");
      return std::nullopt;
  }
}

/// Whether Vault refused at its door, before it did anything.
bool is_refused_at_the_door(const VaultAnswer& answer) {
  const int status = answer.status;
  return status == 429 || (status >= 300 && status < 400) || status == 472 || status == 473 ||
         status == 412 || (status == 503 && answer.says("sealed"));
}

}  // namespace

bool VaultAnswer::says(std::string_view text) const {
  return any_contains(body.reveal(), "errors", text) ||
         any_contains(body.reveal(), "warnings", text);
}

VaultHttp::VaultHttp(const VaultOptions& options, const Clock& clock)
    : base_(options.address.text() + "/v1/"),
      namespace_(options.vault_namespace),
      timeout_(options.request_timeout),
      clock_(clock),
      client_({.user_agent = options.user_agent, .ca_file = options.ca_file}, clock) {}

HttpRequest VaultHttp::compose(const VaultRequest& request, const Secret* token) const {
  HttpRequest http{.method = request.method,
                   .url = base_ + request.path,
                   // Without it a Vault agent that guards against forged requests refuses.
                   .headers = {{"X-Vault-Request", "true"}},
                   .delivery = request.method == "GET" ? Delivery::Repeatable : Delivery::Once,
                   .timeout = timeout_,
                   .response_limit = kAnswerLimit};
  if (request.in_namespace && !namespace_.empty())
    http.headers.push_back({"X-Vault-Namespace", namespace_});
  if (token != nullptr) http.secret_headers.push_back({"X-Vault-Token", "", *token});
  if (request.body) {
    http.headers.push_back({"Content-Type", "application/json"});
    http.body = request.body->dump().reveal();
  }
  return http;
}

Error VaultHttp::unanswered(const Error& error, const Cancel& cancel) const {
  if (const auto wanted = cancel.check(clock_); !wanted) return wanted.error();
  if (error.code == Code::Timeout)
    return no_vault("did not answer in time", "Check Vault and the network to it.");
  if (error.code == Code::Upstream)
    return no_vault("cannot be reached: " + error.message, error.hint);
  return error;
}

Result<VaultAnswer> VaultHttp::judge(HttpResponse response) const {
  const Secret text(std::move(response.body));
  VaultAnswer answer{.status = response.status};
  auto body = text.empty() ? Result<SecretJson>(SecretJson()) : SecretJson::parse(text);
  if (body) answer.body = *std::move(body);
  if (auto error = excuse(answer)) {
    error->maybe_done = !is_refused_at_the_door(answer);
    if (const std::string* wait = response.header("retry-after"))
      error->retry_after = parse_retry_after(*wait, clock_.wall());
    return *std::move(error);
  }
  const int status = answer.status;
  const bool known = answer.ok() || status == 400 || status == 403 || status == 404;
  if (known && (answer.body.reveal().is_object() || (status == 204 && text.empty()))) return answer;
  Error error =
      no_vault("gave an answer that is none of its API's (status " + std::to_string(status) + ")",
               "Check that vault.address is a Vault server, and not the page of a proxy.");
  error.maybe_done = true;
  return error;
}

Result<VaultAnswer> VaultHttp::send(const VaultRequest& request, const Secret* token,
                                    const Cancel& cancel) {
  HttpRequest http = compose(request, token);
  HttpReply reply = client_.send(http, cancel);
  const Secret sent_body(std::move(http.body));  // wipes it
  Result<VaultAnswer> answer =
      reply.response ? judge(*std::move(reply.response))
                     : Result<VaultAnswer>(unanswered(reply.response.error(), cancel));
  if (!answer && !reply.response) answer.error().maybe_done = reply.sent == Sent::Maybe;
  if (!answer && request.method == "GET") answer.error().maybe_done = false;
  return answer;
}

}  // namespace tier0
