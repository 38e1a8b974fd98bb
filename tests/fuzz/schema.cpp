// Values that strangers send, against a schema with one of everything.
#include "server/schema/schema.h"

#include <cstdlib>

namespace tier0 {
namespace {

constexpr const char* kDefinition = R"({
  "type": "object", "additionalProperties": false, "required": ["vps"],
  "properties": {
    "vps": {"type": "string", "format": "vps"},
    "limit": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20},
    "ratio": {"type": "number", "minimum": 0},
    "mode": {"type": "string", "enum": ["soft", "hard"]},
    "domains": {"type": "array", "maxItems": 3, "items": {"type": "string", "format": "domain"}},
    "note": {"type": ["string", "null"], "minLength": 1, "maxLength": 5},
    "at": {"type": "string", "format": "date-time"},
    "from": {"type": "string", "format": "cidr"},
    "url": {"type": "string", "format": "endpoint"},
    "labels": {"type": "object", "additionalProperties": {"type": "boolean"}},
    "rules": {"type": "array", "items": {
      "type": "object", "additionalProperties": false, "required": ["port"],
      "properties": {"port": {"type": "string", "format": "port-range"},
                     "open": {"type": "boolean", "default": true}}}}
  }})";

void run(std::string_view text) {
  static const Schema kSchema = Schema::compile(parse_json(kDefinition).value()).value();
  const auto value = parse_json(text);
  if (!value) return;
  dump_json(kSchema.project(*value));
  const auto checked = kSchema.check(*value);
  if (!checked) {
    if (checked.error().details.empty()) std::abort();
    return;
  }
  // What was accepted stays accepted and unchanged, and nothing in it is unlisted.
  const auto again = kSchema.check(*checked);
  if (!again || *again != *checked || kSchema.project(*checked) != *checked) std::abort();
}

}  // namespace
}  // namespace tier0

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  tier0::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
