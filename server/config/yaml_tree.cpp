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

/// Finds places as editors count them: lines and characters from 1. yaml-cpp counts both from 0,
/// and bytes for columns.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text), starts_{0} {
    for (std::size_t i = 0; i < text.size(); ++i)
      if (text[i] == '\n') starts_.push_back(i + 1);
  }

  Position at(const YAML::Mark& mark) const {
    if (mark.is_null()) return {};
    const auto line = static_cast<std::size_t>(mark.line);
    if (line >= starts_.size()) return at(text_.size());
    return position(line, starts_[line] + static_cast<std::size_t>(mark.column));
  }

  Position at(std::size_t byte) const {
    const auto after = std::ranges::upper_bound(starts_, byte);
    return position(static_cast<std::size_t>(after - starts_.begin()) - 1, byte);
  }

 private:
  Position position(std::size_t line, std::size_t byte) const {
    const std::string_view before =
        text_.substr(starts_[line], std::min(byte, text_.size()) - starts_[line]);
    const auto characters = std::ranges::count_if(
        before, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
    return {static_cast<int>(line) + 1, static_cast<int>(characters) + 1};
  }

  const std::string_view text_;
  std::vector<std::size_t> starts_;
};

/// Builds the tree while refusing what strict YAML leaves out.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(const Lines& lines, const YamlLimits& limits) : lines_(lines), limits_(limits) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (std::exchange(started_, true)) throw Stop{lines_.at(mark), "a second document"};
  }
  void OnDocumentEnd() override {}

  void OnAnchor(const YAML::Mark& mark, const std::string&) override {
    throw Stop{lines_.at(mark), "anchors are not allowed"};
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Stop{lines_.at(mark), "aliases are not allowed"};
  }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    // Where nothing is written, yaml-cpp's mark is that of whatever comes next.
    const Position at = key_ ? key_->at : lines_.at(mark);
    if (!open_.empty() && open_.back().kind == Node::Kind::Mapping && !key_)
      throw Stop{lines_.at(mark), "a key is missing"};
    add({.kind = Node::Kind::Empty, .at = at});
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    if (tag != "?" && tag != "!") throw Stop{lines_.at(mark), "tags are not allowed"};
    if (std::ranges::any_of(value, is_control))
      throw Stop{lines_.at(mark), "a value holds control characters"};
    if (!open_.empty() && open_.back().kind == Node::Kind::Mapping && !key_)
      return start_member(lines_.at(mark), value);
    add({.kind = Node::Kind::Scalar, .at = lines_.at(mark), .text = value, .plain = tag == "?"});
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

  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) const {
    if (anchor != YAML::NullAnchor) throw Stop{lines_.at(mark), "anchors are not allowed"};
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
    if (tag != "?") throw Stop{lines_.at(mark), "tags are not allowed"};
    if (!open_.empty() && open_.back().kind == Node::Kind::Mapping && !key_)
      throw Stop{lines_.at(mark), "a key is plain text"};
    if (open_.size() >= limits_.depth) throw Stop{lines_.at(mark), "nested too deeply"};
    open_.push_back({.kind = kind, .at = lines_.at(mark)});
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
      return;
    }
    if (key_) {
      node.key = std::move(key_->text);
      node.key_at = key_->at;
      key_.reset();
    }
    open_.back().children.push_back(std::move(node));
  }

  const Lines& lines_;
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

/// An alias without its anchor is a syntax error to yaml-cpp; here both are the same fault.
std::string problem_of(const YAML::Exception& error) {
  if (error.msg.starts_with("the referenced anchor")) return "aliases are not allowed";
  return "not valid YAML: " + clean_text(error.msg, 200);
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
    return fault(file, Lines(text).at(*byte), "a control character");
  const Lines lines(text);
  TreeBuilder builder(lines, limits);
  try {
    // yaml-cpp takes a quote that is never closed for closed where the input ends with a line, and
    // swallows what follows it. A last line without an end makes it see the end of the input.
    std::istringstream in{std::string(text) + "\n#"};
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Stop& stop) {
    return fault(file, stop.at, stop.problem);
  } catch (const YAML::Exception& error) {
    return fault(file, lines.at(error.mark), problem_of(error));
  }
  return builder.take();
}

}  // namespace tier0::config
