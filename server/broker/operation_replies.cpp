#include "server/broker/operation_replies.h"

#include <memory>
#include <optional>

#include "server/base/mutex.h"

namespace tier0 {
namespace {

/// Where a waiting thread meets what the engine's threads have to tell: only the newest report
/// counts.
class Meeting {
 public:
  struct News {
    struct Report {
      double done;
      double total;
      std::string message;
    };
    std::optional<Report> report = {};
    std::optional<Reply> end = {};
    bool is_stopped = false;
  };

  void report(News::Report report) EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    news_.report = std::move(report);
    arrived_.notify_all();
  }
  void end(Reply reply) EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    news_.end = std::move(reply);
    arrived_.notify_all();
  }
  /// Waits for something new, or a stop.
  News next(const std::stop_token& stop) EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    arrived_.wait(mutex_, stop, [this]() REQUIRES(mutex_) { return news_.report || news_.end; });
    News news = std::exchange(news_, {});
    news.is_stopped = stop.stop_requested();
    return news;
  }

 private:
  Mutex mutex_;
  ConditionVariable arrived_;
  News news_ GUARDED_BY(mutex_);
};

}  // namespace

Reply OperationReplies::reply_of(const Reply& accepted,
                                 const Result<OperationSnapshot>& snapshot) const {
  Reply reply = accepted;
  if (!snapshot) {
    reply.outcome = snapshot.error();
    return reply;
  }
  auto answer = answer_of(*snapshot);
  if (!answer) {
    reply.outcome = std::move(answer).error();
    return reply;
  }
  // What a tool's schema does not list never leaves.
  if (const Tool* tool = registry_.find(snapshot->tool); tool != nullptr && snapshot->has_ended())
    answer->data = tool->output.project(answer->data);
  reply.outcome = *std::move(answer);
  return reply;
}

Reply OperationReplies::as_it_is(const Reply& accepted) const {
  return reply_of(accepted, operations_.snapshot(accepted.operation_id));
}

void OperationReplies::when_settled(Reply accepted, TimePoint deadline, Report report,
                                    std::function<void(Reply)> done) const {
  if (std::get<Underway>(accepted.outcome).wait == Controls::Wait::Accepted)
    return done(as_it_is(accepted));
  const std::string operation = accepted.operation_id;
  operations_.watch(
      operation, deadline,
      {.progress = std::move(report),
       .settled = [this, accepted = std::move(accepted), done = std::move(done)](
                      const Result<OperationSnapshot>& end) { done(reply_of(accepted, end)); }});
}

Reply OperationReplies::wait(const Reply& accepted, const Cancel& cancel,
                             Progress& progress) const {
  const auto meeting = std::make_shared<Meeting>();
  when_settled(
      accepted, cancel.deadline,
      [meeting](double done, double total, const std::string& message) {
        meeting->report({done, total, message});
      },
      [meeting](Reply reply) { meeting->end(std::move(reply)); });
  for (;;) {
    Meeting::News news = meeting->next(cancel.stop);
    if (news.end) return *std::move(news.end);
    if (news.is_stopped) return as_it_is(accepted);
    if (news.report) progress.report(news.report->done, news.report->total, news.report->message);
  }
}

}  // namespace tier0
