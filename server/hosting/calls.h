#pragma once

#include <string>
#include <utility>
#include <vector>

#include "server/hosting/gateway.h"
#include "server/hosting/paging.h"
#include "server/hosting/shapes.h"

namespace tier0::hosting {

/// An id as the JSON number that the provider wants. What is no number goes as it is, for the
/// provider to refuse.
Json json_id(const std::string& digits);

/// The provider took a write, and described what it made in a way that we cannot read.
Error made_unreadably(const Error& error, const std::string& check);

/// Reads one thing.
template <class T>
Result<T> ask(Gateway& gateway, const Request& request, Result<T> (*parse)(const Json&),
              const Cancel& cancel) {
  T0_TRY(const auto reply, gateway.read(request, cancel));
  return parse(reply->body);
}

/// Reads a list that comes whole.
template <class T>
Result<std::vector<T>> ask_list(Gateway& gateway, const Request& request,
                                Result<T> (*parse)(const Json&), const Cancel& cancel) {
  T0_TRY(const auto reply, gateway.read(request, cancel));
  return parse_list(reply->body, parse);
}

/// Writes, and reads what the provider made.
template <class T>
Result<T> make(Gateway& gateway, const Request& request, Result<T> (*parse)(const Json&),
               const Cancel& cancel) {
  T0_TRY(const Reply reply, gateway.write(request, cancel));
  Result<T> made = parse(reply.body);
  if (!made) return made_unreadably(made.error(), request.check);
  return made;
}

}  // namespace tier0::hosting
