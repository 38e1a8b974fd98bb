#pragma once

#include "server/store/sqlite_connection.h"

namespace tier0::sqlite {

/// Binds a row's values one after the other, from parameter 1.
class Binder {
 public:
  explicit Binder(Statement& to) : to_(to) {}

  Binder& add(std::string_view text) {
    to_.bind(index_++, text);
    return *this;
  }
  Binder& add(std::int64_t number) {
    to_.bind(index_++, number);
    return *this;
  }
  Binder& add(WallTime time) {
    to_.bind(index_++, time);
    return *this;
  }

 private:
  Statement& to_;
  int index_ = 1;
};

/// Reads a row's values one after the other. A braced list asks for them in its own order.
class Columns {
 public:
  explicit Columns(const Statement& from) : from_(from) {}

  std::string text() { return from_.text(index_++); }
  std::int64_t number() { return from_.number(index_++); }
  WallTime time() { return from_.time(index_++); }

 private:
  const Statement& from_;
  int index_ = 0;
};

}  // namespace tier0::sqlite
