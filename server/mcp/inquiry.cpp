#include "server/mcp/inquiry.h"

#include <utility>
#include <vector>

#include "server/jsonrpc/frame.h"
#include "server/mcp/questions.h"

namespace tier0::mcp {

void Inquiry::ask(const std::map<std::string, InputRequest>& requests) {
  std::vector<std::string> frames;
  {
    // All are open before the first is sent, or its answer would seem to be the last.
    MutexLock lock(mutex_);
    for (const auto& [key, request] : requests) {
      auto id = std::make_shared<std::string>();
      *id = session_->pending().add(
          [self = shared_from_this(), id](const auto& response) { self->receive(*id, response); });
      open_.emplace(*id, Open{.key = key, .kind = request.kind});
      frames.push_back(
          jsonrpc::request_frame(*id, question_method(request.kind),
                                 dump_json(question_params(request, session_->revision()))));
    }
  }
  for (std::string& frame : frames) channel_->message({.frame = std::move(frame)});
}

void Inquiry::receive(const std::string& id, const jsonrpc::Response& response) {
  {
    MutexLock lock(mutex_);
    const auto found = open_.find(id);
    if (found == open_.end()) return;
    const Open open = std::move(found->second);
    open_.erase(found);
    record(open, response.error.is_null() ? read_answer(open.kind, response.result) : std::nullopt);
    if (!open_.empty()) return;
  }
  finish();
}

void Inquiry::record(const Open& open, std::optional<Json> answer) {
  if (!answer) {
    answer = no_answer(open.kind);
    heard_.unanswered.insert(open.key);
  }
  if (answer) {
    heard_.answers.emplace(open.key, *std::move(answer));
  } else {
    heard_.is_complete = false;
  }
}

void Inquiry::time_out() {
  const auto open = take_open();
  if (open.empty()) return;
  {
    MutexLock lock(mutex_);
    for (const auto& [id, question] : open) record(question, std::nullopt);
  }
  withdraw(open);
  finish();
}

void Inquiry::abort() {
  const auto open = take_open();
  {
    MutexLock lock(mutex_);
    done_ = nullptr;
  }
  withdraw(open);
}

std::map<std::string, Inquiry::Open> Inquiry::take_open() {
  MutexLock lock(mutex_);
  return std::exchange(open_, {});
}

void Inquiry::withdraw(const std::map<std::string, Open>& open) {
  for (const auto& [id, question] : open) {
    session_->pending().remove(id);
    channel_->message({.frame = jsonrpc::notification_frame(
                           "notifications/cancelled",
                           dump_json({{"requestId", id}, {"reason", "no longer needed"}}))});
  }
}

void Inquiry::finish() {
  Done done;
  Heard heard;
  {
    MutexLock lock(mutex_);
    done = std::exchange(done_, nullptr);
    heard = std::move(heard_);
  }
  if (done) done(std::move(heard));
}

}  // namespace tier0::mcp
