#include <algorithm>
#include <cctype>
#include <set>
#include <string_view>

#include "server/mcp/listing.h"

namespace tier0::mcp {
namespace {

constexpr std::string_view kAnnotation = "x-mcp-header";
// Several model APIs behind the clients take no more.
constexpr std::size_t kToolNameLimit = 64;

Error fault(const std::string& tool, const std::string& problem) {
  return {.code = Code::Internal, .message = "tool " + tool + ": " + problem};
}

bool is_tool_name(std::string_view name) {
  const auto is_allowed = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.';
  };
  return !name.empty() && name.size() <= kToolNameLimit && std::ranges::all_of(name, is_allowed);
}

/// RFC 9110, 5.6.2.
bool is_header_token(std::string_view name) {
  const auto is_allowed = [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
  };
  return !name.empty() && std::ranges::all_of(name, is_allowed);
}

bool has_object_root(const Json& schema) {
  return schema.is_object() && string_member(schema, "type") == "object";
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// Collects the annotated properties of one tool, and refuses what conforming clients would refuse.
class HeaderParamReader {
 public:
  explicit HeaderParamReader(const std::string& tool) : tool_(tool) {}

  Result<std::vector<HeaderParam>> read(const Json& schema) {
    if (schema.contains(kAnnotation)) return misplaced();
    T0_CHECK(read_members(schema, {}));
    return std::move(found_);
  }

 private:
  Error misplaced() const {
    return fault(tool_,
                 "x-mcp-header belongs on properties that are reached from the root "
                 "through properties only");
  }

  Result<Unit> read_members(const Json& schema, const std::vector<std::string>& path) {
    for (const auto& [keyword, value] : schema.items()) {
      if (keyword == "properties" && value.is_object()) {
        T0_CHECK(read_properties(value, path));
      } else if (keyword != kAnnotation) {
        T0_CHECK(refuse_annotations(keyword, value));
      }
    }
    return Unit{};
  }

  Result<Unit> read_properties(const Json& properties, const std::vector<std::string>& path) {
    for (const auto& [name, property] : properties.items()) {
      if (!property.is_object()) continue;
      auto here = path;
      here.push_back(name);
      if (const Json* header = find_member(property, kAnnotation))
        T0_CHECK(add(*header, property, here));
      T0_CHECK(read_members(property, here));
    }
    return Unit{};
  }

  Result<Unit> add(const Json& header, const Json& property, std::vector<std::string> path) {
    if (!header.is_string() || !is_header_token(header.get_ref<const std::string&>()))
      return fault(tool_, "x-mcp-header of " + path.back() + " is no header name");
    auto name = header.get<std::string>();
    if (!names_.insert(lower(name)).second)
      return fault(tool_, "x-mcp-header " + name + " is used twice");
    const std::string type = string_member(property, "type");
    HeaderParam param{.path = std::move(path), .name = std::move(name), .type = {}};
    if (type == "string") {
      param.type = HeaderParam::Type::String;
    } else if (type == "integer") {
      param.type = HeaderParam::Type::Integer;
    } else if (type == "boolean") {
      param.type = HeaderParam::Type::Boolean;
    } else {
      return fault(tool_, "x-mcp-header of " + param.path.back() +
                              " needs the type string, integer or boolean");
    }
    found_.push_back(std::move(param));
    return Unit{};
  }

  /// Below any other keyword (items, allOf, $defs…) no client finds the property.
  Result<Unit> refuse_annotations(const std::string& keyword, const Json& value) const {
    // Values, not schemas.
    if (keyword == "enum" || keyword == "const" || keyword == "default" || keyword == "examples")
      return Unit{};
    if (value.is_object() && value.contains(kAnnotation)) return misplaced();
    if (!value.is_structured()) return Unit{};
    for (const auto& [name, member] : value.items()) T0_CHECK(refuse_annotations(name, member));
    return Unit{};
  }

  const std::string& tool_;
  std::vector<HeaderParam> found_;
  std::set<std::string> names_;
};

}  // namespace

Result<std::shared_ptr<const ToolList>> ToolList::build(const std::vector<Json>& tools,
                                                        CacheScope scope) {
  auto list = std::make_shared<ToolList>();
  std::set<std::string> names;
  for (const Json& tool : tools) {
    const std::string name = string_member(tool, "name");
    if (!is_tool_name(name)) return fault(name, "the name is not 1 to 64 of A-Z a-z 0-9 _ - .");
    if (!names.insert(name).second) return fault(name, "the name is used twice");
    const Json* input = find_member(tool, "inputSchema");
    if (input == nullptr || !has_object_root(*input))
      return fault(name, "inputSchema must have type object at its root");
    const Json* output = find_member(tool, "outputSchema");
    if (output != nullptr && !has_object_root(*output))
      return fault(name, "outputSchema must have type object at its root");
    T0_TRY(auto params, HeaderParamReader(name).read(*input));
    if (!params.empty()) list->header_params_.emplace(name, std::move(params));
  }
  list->listing_ = Listing::build(tools, scope);
  return std::shared_ptr<const ToolList>(std::move(list));
}

const std::vector<HeaderParam>& ToolList::header_params(std::string_view tool) const {
  static const std::vector<HeaderParam> kNone;
  const auto found = header_params_.find(tool);
  return found == header_params_.end() ? kNone : found->second;
}

}  // namespace tier0::mcp
