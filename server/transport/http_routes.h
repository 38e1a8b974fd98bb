#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "server/transport/http_counters.h"
#include "server/transport/http_head.h"
#include "server/transport/http_options.h"
#include "server/transport/origin.h"

namespace tier0::transport {

struct HttpAnswer {
  int status = 200;
  std::string body = {};
  std::string type = "text/plain; charset=utf-8";
  std::vector<mcp::HeaderLine> headers = {};
};

enum class Route { Mcp, Sse, Messages };

/// A request that may go on to the protocol once its body is there.
struct Admitted {
  Route route = Route::Mcp;
  mcp::Caller caller = {};
  std::vector<mcp::HeaderLine> headers = {};  // that every answer to it has
};

/// What a request's head alone decides: Host, Origin, path, who calls, verb, media types, size, in
/// this order, so that nobody makes us read a body who may not call. Immutable, so thread-safe.
class Routes {
 public:
  struct Load {
    std::size_t streams = 0;
    const HttpCounters* counters = nullptr;
  };

  static Result<Routes> build(const HttpOptions& options);

  std::variant<HttpAnswer, Admitted> admit(const RequestHead& head, const Load& load) const;

 private:
  struct Place;

  Routes(OriginRules origins, const HttpOptions& options);
  const Place* find_place(std::string_view path) const;
  std::variant<HttpAnswer, mcp::Caller> authenticate(const RequestHead& head) const;
  std::variant<HttpAnswer, Admitted> check_place(const RequestHead& head, const Load& load) const;
  std::optional<HttpAnswer> answer_itself(const Place& place, const Load& load) const;
  std::optional<HttpAnswer> check_request(const Place& place, const RequestHead& head,
                                          const Load& load) const;

  OriginRules origins_;
  bool loopback_ = true;
  bool sse_ = true;
  Authenticate authenticate_;
  std::optional<mcp::Caller> anonymous_;
  std::function<bool()> is_ready_;
  std::function<std::string()> metrics_;
  std::size_t max_body_ = 0;
  std::size_t max_streams_ = 0;
};

}  // namespace tier0::transport
