#include "server/config/yaml.h"

#include <charconv>
#include <cstdint>
#include <optional>

#include "server/base/nearest.h"
#include "server/base/text.h"
#include "server/config/yaml_tree.h"
#include "server/schema/expectation.h"
#include "server/schema/faults.h"
#include "server/schema/subset.h"

namespace tier0::config {
namespace {

std::optional<std::int64_t> whole_number(const Node& node) {
  const std::string_view text = node.text;
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  // A leading zero is octal to some readers of YAML and decimal to others.
  if (!node.plain || digits.empty() || (digits.size() > 1 && digits.front() == '0')) return {};
  std::int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return {};
  return value;
}

/// Gives each scalar the type that the schema has at its place, and notes where everything stands.
class Typer {
 public:
  explicit Typer(Document& document) : document_(document) {}

  Json convert(const Node& node, const Json& schema, const std::string& pointer) {
    document_.values.emplace(pointer, node.at);
    const std::string type = type_of(schema);
    if (node.kind == Node::Kind::Empty)
      return fault(pointer, "has no value; put quotes around the word null if it is meant");
    if (type == "object" && node.kind == Node::Kind::Mapping) return object(node, schema, pointer);
    if (type == "array" && node.kind == Node::Kind::Sequence) return array(node, schema, pointer);
    if (type == "object" || type == "array" || node.kind != Node::Kind::Scalar)
      return fault(pointer, expectation(schema) + ", but is " + kind_name(node));
    return scalar(node, schema, type, pointer);
  }

  std::vector<Detail> take_faults() { return std::move(faults_); }

 private:
  static std::string kind_name(const Node& node) {
    if (node.kind == Node::Kind::Mapping) return "a mapping";
    return node.kind == Node::Kind::Sequence ? "a list" : "a single value";
  }

  Json fault(const std::string& pointer, std::string problem) {
    faults_.push_back({document_.at(pointer), std::move(problem)});
    return nullptr;
  }

  Json object(const Node& node, const Json& schema, const std::string& pointer) {
    Json result = Json::object();
    for (const Node& member : node.children) {
      const std::string inner = pointer_to(pointer, member.key);
      document_.keys.emplace(inner, member.key_at);
      if (const Json* listed = member_schema(schema, member.key))
        result[member.key] = convert(member, *listed, inner);
      else
        faults_.push_back({document_.at_key(inner), unknown_key(schema, member.key)});
    }
    return result;
  }

  static std::string unknown_key(const Json& schema, const std::string& key) {
    std::vector<std::string> known;
    const Json properties = schema.value("properties", Json::object());
    for (const auto& [name, unused] : properties.items()) known.push_back(name);
    const std::string meant = nearest(known, key);
    return "unknown key \"" + clean_text(key, 64) + "\"" +
           (meant.empty() ? "; known are " + join(known, ", ")
                          : "; did you mean \"" + meant + "\"?");
  }

  Json array(const Node& node, const Json& schema, const std::string& pointer) {
    Json result = Json::array();
    for (std::size_t i = 0; i < node.children.size(); ++i)
      result.push_back(
          convert(node.children[i], schema["items"], pointer_to(pointer, std::to_string(i))));
    return result;
  }

  Json scalar(const Node& node, const Json& schema, const std::string& type,
              const std::string& pointer) {
    if (type == "string") return node.text;
    if (type == "boolean" && node.plain && (node.text == "true" || node.text == "false"))
      return node.text == "true";
    if (type == "integer")
      if (const auto value = whole_number(node)) return *value;
    return fault(pointer, expectation(schema) + ", without quotes");
  }

  Document& document_;
  std::vector<Detail> faults_;
};

}  // namespace

Result<Document> parse_yaml(std::string_view text, const std::string& file, const Schema& schema,
                            const YamlLimits& limits) {
  T0_TRY(Node root, parse_yaml_tree(text, file, limits));
  Document document{.file = file, .name = file};
  // A file of comments alone is one in which everything is left out.
  if (root.kind == Node::Kind::Empty) root.kind = Node::Kind::Mapping;
  Typer typer(document);
  Json value = typer.convert(root, schema.definition(), "");
  std::vector<Detail> faults = typer.take_faults();
  if (!faults.empty()) return refuse(std::move(faults));
  auto checked = schema.check(value);
  if (!checked) {
    for (const Detail& detail : checked.error().details)
      faults.push_back({document.at(detail.field), detail.field + " " + detail.problem});
    return refuse(std::move(faults));
  }
  document.value = *std::move(checked);
  return document;
}

}  // namespace tier0::config
