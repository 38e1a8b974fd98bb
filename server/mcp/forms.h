#pragma once

#include <optional>
#include <string>

#include "server/mcp/call.h"

namespace tier0::mcp {

/// Forms as handlers ask and read them, the same for every revision that has them. A schema is that
/// of the newest revision: a flat object of strings, numbers, booleans and choices; the library
/// writes it down for older ones. (2025-11-25, elicitation)

InputRequest ask_form(std::string message, Json requested_schema);
InputRequest ask_page(std::string message, std::string url);

/// What a person did with a form or a page.
struct Elicited {
  enum class Action { Accept, Decline, Cancel };
  Action action = Action::Cancel;
  Json content = Json::object();  // what the form asks for; empty unless accepted
};

/// The answer to the form that was asked under `key` in the round before. Empty if none came: ask
/// (again). An answer that makes no sense, or does not fill in the form, is a cancel, and so is one
/// that nobody gave (Call::unanswered): no doubt becomes a consent. Answers to forms that were not
/// asked are never looked at.
std::optional<Elicited> read_form(const Call& call, const std::string& key,
                                  const Json& requested_schema);
std::optional<Elicited> read_page(const Call& call, const std::string& key);

/// The members of `content` that the schema knows, if they satisfy it and none is missing; formats
/// are not checked. Empty also for a keyword that no form has.
std::optional<Json> fill_in(const Json& requested_schema, const Json& content);

/// The schema as 2025-06-18 knows it: no titles of choices but as enumNames, no default values but
/// of booleans.
Json plain_form(Json requested_schema);

}  // namespace tier0::mcp
