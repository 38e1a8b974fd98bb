#include "server/config/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>
#include <utility>

#include "server/base/text.h"

namespace tier0::config {
namespace {

/// Ends the parse from inside yaml-cpp's callbacks.
struct Stop {
  Position at;
  std::string problem;
};

/// yaml-cpp counts from 0.
Position position_of(const YAML::Mark& mark) {
  return {mark.line + 1, mark.column + 1};
}

/// Builds the tree while refusing what strict YAML leaves out.
class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(const YamlLimits& limits) : limits_(limits) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (std::exchange(started_, true)) throw Stop{position_of(mark), "a second document"};
  }
  void OnDocumentEnd() override {}

  void OnAnchor(const YAML::Mark& mark, const std::string&) override {
    throw Stop{position_of(mark), "anchors are not allowed"};
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Stop{position_of(mark), "aliases are not allowed"};
  }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    // Where nothing is written, yaml-cpp's mark is that of whatever comes next.
    const Position at = key_ ? key_->at : position_of(mark);
    if (!open_.empty() && open_.back().kind == Node::Kind::Mapping && !key_)
      throw Stop{position_of(mark), "a key is missing"};
    add({.kind = Node::Kind::Empty, .at = at});
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    if (tag != "?" && tag != "!") throw Stop{position_of(mark), "tags are not allowed"};
    if (std::ranges::any_of(value, is_control))
      throw Stop{position_of(mark), "a value holds control characters"};
    if (!open_.empty() && open_.back().kind == Node::Kind::Mapping && !key_)
      return start_member(position_of(mark), value);
    add({.kind = Node::Kind::Scalar, .at = position_of(mark), .text = value, .plain = tag == "?"});
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(Node::Kind::Sequence, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(Node::Kind::Mapping, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

  Node take() { return std::move(root_); }

 private:
  struct Key {
    std::string text;
    Position at;
  };

  static bool is_control(char c) {
    return (c >= 0 && c < ' ' && c != '\n' && c != '\t') || c == '\x7f';
  }

  static void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) throw Stop{position_of(mark), "anchors are not allowed"};
  }

  void start_member(const Position& at, const std::string& key) {
    if (key == "<<") throw Stop{at, "merge keys are not allowed"};
    const auto [same, fresh] = seen_.back().emplace(key, at.line);
    if (!fresh)
      throw Stop{at, "the key \"" + clean_text(key, 64) + "\" is already on line " +
                         std::to_string(same->second)};
    key_ = Key{key, at};
  }

  void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor) {
    refuse_anchor(mark, anchor);
    if (tag != "?") throw Stop{position_of(mark), "tags are not allowed"};
    if (!open_.empty() && open_.back().kind == Node::Kind::Mapping && !key_)
      throw Stop{position_of(mark), "a key is plain text"};
    if (open_.size() >= limits_.depth) throw Stop{position_of(mark), "nested too deeply"};
    open_.push_back({.kind = kind, .at = position_of(mark)});
    keys_.push_back(std::exchange(key_, std::nullopt));
    seen_.emplace_back();
  }

  void close() {
    Node done = std::move(open_.back());
    open_.pop_back();
    key_ = std::move(keys_.back());
    keys_.pop_back();
    seen_.pop_back();
    add(std::move(done));
  }

  void add(Node node) {
    if (++count_ > limits_.nodes) throw Stop{node.at, "too many values"};
    if (open_.empty()) {
      root_ = std::move(node);
    } else if (open_.back().kind == Node::Kind::Sequence) {
      open_.back().items.push_back(std::move(node));
    } else {
      open_.back().members.push_back({std::move(key_->text), key_->at, std::move(node)});
      key_.reset();
    }
  }

  const YamlLimits& limits_;
  bool started_ = false;
  std::size_t count_ = 0;
  Node root_;
  std::vector<Node> open_;
  std::vector<std::optional<Key>> keys_;          // of the open nodes in their parents
  std::optional<Key> key_;                        // of the value that comes next
  std::vector<std::map<std::string, int>> seen_;  // keys of the open nodes, with their lines
};

/// The first byte that is not text, or nothing.
std::optional<std::size_t> bad_byte(std::string_view text) {
  const auto found = std::ranges::find_if(text, [](char c) {
    return (c >= 0 && c < ' ' && c != '\n' && c != '\r' && c != '\t') || c == '\x7f';
  });
  if (found == text.end()) return std::nullopt;
  return static_cast<std::size_t>(found - text.begin());
}

Position position_at(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, byte);
  const auto line_start = before.rfind('\n');
  const auto lines = std::ranges::count(before, '\n');
  return {static_cast<int>(lines) + 1, static_cast<int>(byte - (line_start + 1)) + 1};
}

Error fault(const std::string& file, const Position& at, std::string problem) {
  return refuse({{file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column),
                  std::move(problem)}});
}

}  // namespace

Result<Node> parse_yaml_tree(std::string_view text, const std::string& file,
                             const YamlLimits& limits) {
  if (text.size() > limits.bytes)
    return fault(file, {}, "larger than " + std::to_string(limits.bytes) + " bytes");
  if (!is_utf8(text)) return fault(file, {}, "is not UTF-8");
  if (text.starts_with("\xEF\xBB\xBF")) return fault(file, {}, "starts with a byte order mark");
  if (const auto byte = bad_byte(text))
    return fault(file, position_at(text, *byte), "a control character");
  TreeBuilder builder(limits);
  try {
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Stop& stop) {
    return fault(file, stop.at, stop.problem);
  } catch (const YAML::Exception& error) {
    return fault(file, error.mark.is_null() ? Position{} : position_of(error.mark),
                 "not valid YAML: " + clean_text(error.msg, 200));
  }
  return builder.take();
}

}  // namespace tier0::config
