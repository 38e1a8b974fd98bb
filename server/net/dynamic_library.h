#pragma once

namespace tier0 {

/// A shared library loaded while the process runs, and never unloaded.
class DynamicLibrary {
 public:
  /// Not open where the machine has no such library.
  explicit DynamicLibrary(const char* name);

  bool is_open() const { return handle_ != nullptr; }

  /// Sets `function` to the exported function, or to null where there is none.
  template <class Function>
  bool find(Function*& function, const char* name) const {
    function = reinterpret_cast<Function*>(symbol(name));
    return function != nullptr;
  }

 private:
  void* symbol(const char* name) const;

  void* handle_ = nullptr;
};

}  // namespace tier0
