#include "server/mcp/batch.h"

#include <utility>

namespace tier0::mcp {

class Batch::Part final : public Route {
 public:
  explicit Part(std::shared_ptr<Batch> batch) : batch_(std::move(batch)) {}

  void message(Outgoing message) override { batch_->whole_->message(std::move(message)); }
  void answer(Reply reply) override { batch_->add(std::move(reply.frame)); }
  void abandon() override { batch_->add({}); }

 private:
  std::shared_ptr<Batch> batch_;
};

std::shared_ptr<Channel> Batch::channel() {
  return std::make_shared<Channel>(std::make_unique<Part>(shared_from_this()), whole_->streams());
}

void Batch::add(std::string frame) {
  std::string array = "[";
  {
    MutexLock lock(mutex_);
    if (!frame.empty()) answers_.push_back(std::move(frame));
    if (--missing_ > 0) return;
    for (const std::string& answer : answers_) {
      if (array.size() > 1) array += ',';
      array += answer;
    }
  }
  array += ']';
  if (array == "[]") {
    // Every request of it was cancelled.
    whole_->abandon();
    return;
  }
  whole_->answer({.frame = std::move(array)});
}

}  // namespace tier0::mcp
