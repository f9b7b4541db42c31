#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sextant::io {

struct Document;

/// A stretch [begin, end) of a document's text, in bytes. Without a document: nowhere.
struct Place {
  const Document* document = nullptr;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

/// A JSON value that knows where it stands. Members keep the order of the file; integers are exact,
/// and unsigned only above the range of int64.
struct Node {
  struct Member;
  using Array = std::vector<Node>;
  using Object = std::vector<Member>;
  using Value = std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, double, std::string,
                             Array, Object>;

  Value value;
  Place place;

  // In node.cpp, where Member is complete.
  Node();
  Node(Value node_value, Place node_place);
  Node(const Node&);
  Node(Node&&) noexcept;
  Node& operator=(const Node&);
  Node& operator=(Node&&) noexcept;
  ~Node();

  template <class T>
  const T* get() const {
    return std::get_if<T>(&value);
  }
  bool is_null() const { return get<std::nullptr_t>() != nullptr; }

  /// Member of an object; null if there is none, or if this is no object.
  const Node* find(std::string_view key) const;
  /// Appends a member; this must be an object.
  Node& add(std::string key, Value member);
};

struct Node::Member {
  std::string key;
  Node value;
  Place key_place;
};

/// A file that was read: its text, its tree, and whether its numbers need provenance. Places point
/// to it, so it neither moves nor goes before the last message about it is written.
struct Document {
  Document(std::string document_name, std::string document_text, bool needs_provenance);
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  std::string name;  ///< the file as the user wrote it
  std::string text;
  /// A catalogue's coefficients carry source and method; in a scenario a bare number is enough.
  bool coefficients_need_provenance;
  Node root;
};

/// Line and column as editors count them: from 1, columns in characters.
struct Position {
  std::size_t line = 1;
  std::size_t column = 1;
};
Position position_of(const Place& place);

/// JSON pointer of the innermost value (or key) of the document that holds the place.
std::string pointer_of(const Place& place);

/// One step of a JSON pointer: "/" and the key with ~ and / escaped.
std::string pointer_step(std::string_view key);

/// What a message calls the value: its text if it is short, else "an object", "an array", …
std::string found_text(const Node& node);

/// `base` with the members of `changes` on top. Objects merge member by member; null removes a
/// member; all else is replaced, and so is a coefficient (an object with "value") as a whole, for
/// the source of the old number does not speak for the new one.
Node merged(const Node& base, const Node& changes);

}  // namespace sextant::io
