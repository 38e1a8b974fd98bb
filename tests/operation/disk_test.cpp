// A disk that is full in the middle.
#include "tests/operation/bench.h"

using namespace tier0;

namespace {

/// A real journal whose writes fail from one on, until it is mended.
class FullDisk final : public OperationStore {
 public:
  explicit FullDisk(OperationStore& store) : store_(store) {}

  void fail_from(int write) { fail_from_ = write; }
  void mend() { fail_from_ = kNever; }
  int refused() const { return refused_; }

  Result<Began> begin(const OperationRow& row, const LeaseNames& leases) override {
    T0_CHECK(write());
    return store_.begin(row, leases);
  }
  Result<Unit> save(const OperationRow& row, const JournalRow& line) override {
    T0_CHECK(write());
    return store_.save(row, line);
  }
  Result<std::optional<OperationRow>> claim(const std::string& id, const std::string& owner,
                                            WallTime now, WallTime until) override {
    return store_.claim(id, owner, now, until);
  }
  Result<Unit> renew(const std::string& owner, WallTime until) override {
    return store_.renew(owner, until);
  }
  Result<std::optional<OperationRow>> operation(const std::string& id) override {
    return store_.operation(id);
  }
  Result<std::optional<OperationRow>> by_key(const std::string& principal,
                                             const std::string& key) override {
    return store_.by_key(principal, key);
  }
  Result<std::vector<OperationRow>> running() override { return store_.running(); }
  Result<std::vector<OperationRow>> operations(const std::string& principal,
                                               std::size_t limit) override {
    return store_.operations(principal, limit);
  }
  Result<std::vector<JournalRow>> journal(const std::string& id) override {
    return store_.journal(id);
  }

 private:
  static constexpr int kNever = 1'000'000;

  Result<Unit> write() {
    if (++writes_ < fail_from_) return Unit{};
    ++refused_;
    return Error{.code = Code::Internal, .message = "the disk is full", .hint = "Free space."};
  }

  OperationStore& store_;
  std::atomic<int> writes_ = 0;
  std::atomic<int> fail_from_ = kNever;
  std::atomic<int> refused_ = 0;
};

}  // namespace

TEST_CASE("an operation whose beginning cannot be written does not begin", "[operation][disk]") {
  OperationBench bench;
  FullDisk disk(bench.store.operations());
  bench.journal = &disk;
  disk.fail_from(1);
  const OperationStart start = bench.request();

  const auto started = bench.begin(start);

  REQUIRE(!started);
  CHECK(bench.world().empty());
  CHECK(bench.audited(start.call)["kind"] == "internal");
  bench.stop_engine();
}

TEST_CASE("wherever the disk gets full, no step runs without its intent, and all ends well",
          "[operation][disk]") {
  // begin, then an intent and an outcome for each of four steps.
  const int full_at = GENERATE(2, 3, 4, 5, 6, 7, 8, 9);
  OperationBench bench;
  FullDisk disk(bench.store.operations());
  bench.journal = &disk;
  disk.fail_from(full_at);
  const std::string id = bench.begin_id(bench.request());
  bench.eventually([&] { return disk.refused() >= 2; });

  const auto effects = static_cast<std::ptrdiff_t>(bench.world().size());
  const auto intents = bench.count(id, "intent first") + bench.count(id, "intent second");
  disk.mend();
  const OperationSnapshot end = bench.end_of(id);
  bench.stop_engine();

  CHECK(effects <= intents);
  CHECK(end.status == OperationStatus::Done);
  CHECK(bench.world() == OperationBench::Lines{"first", "second"});
}
