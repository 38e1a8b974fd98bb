#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>

#include "server/base/cancel.h"
#include "server/base/json.h"
#include "server/base/progress.h"
#include "server/mcp/capabilities.h"
#include "server/mcp/errors.h"
#include "server/mcp/versions.h"

namespace tier0::mcp {

/// Who calls, as the transport proved it. Sessions, sealed state, cursors and streams are bound to
/// `name`: callers of equal name are one caller.
struct Caller {
  std::string name;
  std::shared_ptr<const void> detail = {};  // the product's own knowledge of the caller
  std::optional<WallTime> expires = {};     // its streams are ended then
};

enum class LogLevel { Debug, Info, Notice, Warning, Error, Critical, Alert, Emergency };

/// One question to the client. The library fills in `mode` and what else the revision wants.
struct InputRequest {
  enum class Kind { Form, Url, Sampling, Roots };
  Kind kind = Kind::Form;
  Json params = Json::object();  // Form: message, requestedSchema; Url: message, url
};

/// "Ask the client, then call me again." The handler is called again with the answers under the
/// same keys and with `state`, which the client carries but can neither read into other calls nor
/// change; it is signed, not encrypted, so no secret may be in it.
struct NeedsInput {
  /// Once: the answer is accepted a single time, so that what it allows cannot be repeated.
  enum class Use { Once, Repeatable };
  std::map<std::string, InputRequest> requests;
  Json state = nullptr;
  Use use = Use::Once;
};

/// The members of the result as the newest revision knows them (`content`, `messages`, `contents`,
/// `completion`…); the library adds what surrounds it and converts it down for older revisions.
struct Answer {
  Json result = Json::object();
};

using Outcome = std::variant<Answer, ProtocolError, NeedsInput>;

/// One running tools/call, prompts/get, resources/read or completion/complete, for one round of
/// questions and answers. Thread-safe. A handler keeps the pointer until it has replied; when the
/// last pointer goes without a reply, the client gets an internal error.
class Call {
 public:
  virtual ~Call() = default;

  virtual const Caller& caller() const = 0;
  virtual Revision revision() const = 0;
  virtual const ClientCapabilities& client() const = 0;
  /// Whether a question of this kind would reach the client: it has declared the kind, and the call
  /// has a way to ask and a round left. NeedsInput with another kind ends the call with an error,
  /// so a handler that has another way (a queue) asks this first.
  virtual bool can_ask(InputRequest::Kind kind) const = 0;
  /// Stops when the client cancels or, in the newest revision, goes away.
  virtual const Cancel& cancel() const = 0;
  /// Reaches the client only if it asked; throttled.
  virtual Progress& progress() = 0;
  /// Reaches the client only if it asked for this level. `data` is any JSON without secrets.
  virtual void log(LogLevel level, std::string_view logger, const Json& data) = 0;

  /// The client's answers by key, to what the round before asked for; only objects, sometimes more
  /// or fewer than were asked for.
  virtual const std::map<std::string, Json>& responses() const = 0;
  /// Those forms and pages among the questions that nobody answered: the time was over
  /// (Options::input_timeout), or the client could not show them. responses() has a cancel for
  /// them. Empty in the newest revision, where a client that has no answer does not come back.
  virtual const std::set<std::string>& unanswered() const = 0;
  /// Answers that came without any state of ours, so nobody knows what the user was shown. Never a
  /// consent; for harmless input only.
  virtual const std::map<std::string, Json>& unasked_responses() const = 0;
  /// What NeedsInput carried; null in the first round.
  virtual const Json& state() const = 0;
  /// 0 at first, then one more for each NeedsInput.
  virtual int round() const = 0;

  /// Ends the connection, not the call: the client comes back for the rest. Without effect where
  /// the revision or the transport has no such thing.
  virtual void drop_connection() = 0;

  /// The first reply counts, later ones are ignored, and all are once the call is cancelled.
  virtual void reply(Outcome outcome) = 0;
};

}  // namespace tier0::mcp
