#include "domain/case_life.h"

#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace snp::domain {
namespace {

using S = CaseState;
using M = CaseMove;

const Qualification kR3{CallPriority::kP2, CareLevel::kR3, true, false};
const Qualification kR1{CallPriority::kP2, CareLevel::kR1, true, false};

// A sound qualification for each state.
Qualification UsualFor(S state) {
  if (state == S::kOpen) return {CallPriority::kP2, CareLevel::kUnset, false, false};
  if (state == S::kEmergency) return kR1;
  return kR3;
}

// Every state x every move. A cell is the next state; "-" illegal; "!" the safety rule forbids; "<" the place goes back to the registry.
constexpr char kTable[] = R"(
               OPEN      QUALIFIED  HELD        BOOKED      ADVISED   EMERGENCY  CLOSED
amend          OPEN      QUALIFIED  HELD        BOOKED      ADVISED   EMERGENCY  -
claim          OPEN      QUALIFIED  HELD        BOOKED      ADVISED   EMERGENCY  -
propose        !         QUALIFIED  HELD        BOOKED      -         !          -
hold           !         HELD       -           -           -         !          -
book           !         BOOKED     -           -           -         !          -
confirm        !         -          BOOKED      -           -         !          -
release        -         -          QUALIFIED<  -           -         -          -
lose           -         -          QUALIFIED   QUALIFIED   -         -          -
refuse         -         QUALIFIED  HELD        BOOKED      -         -          -
refuse_taken   -         -          QUALIFIED<  QUALIFIED<  -         -          -
redispatch     !         QUALIFIED  QUALIFIED<  QUALIFIED<  -         !          -
advise         -         ADVISED    ADVISED<    ADVISED<    -         -          -
seen           -         -          -           CLOSED      -         -          -
no_show        -         -          -           CLOSED      -         -          -
unheard        -         -          -           CLOSED      -         -          -
close_advice   -         -          -           -           CLOSED    -          -
close_emerg    -         -          -           -           -         CLOSED     -
unplaced       -         CLOSED     -           -           -         -          -
declined       CLOSED    CLOSED     CLOSED<     CLOSED<     -         -          -
duplicate      CLOSED    CLOSED     CLOSED<     CLOSED<     CLOSED    CLOSED     -
)";

const std::map<std::string, M> kMoves = {{"amend", M::kAmend},
                                         {"claim", M::kClaim},
                                         {"propose", M::kPropose},
                                         {"hold", M::kHold},
                                         {"book", M::kBook},
                                         {"confirm", M::kConfirm},
                                         {"release", M::kRelease},
                                         {"lose", M::kLosePlace},
                                         {"refuse", M::kRefuse},
                                         {"refuse_taken", M::kRefuseTaken},
                                         {"redispatch", M::kRedispatch},
                                         {"advise", M::kAdvise},
                                         {"seen", M::kSeen},
                                         {"no_show", M::kNoShow},
                                         {"unheard", M::kNothingHeard},
                                         {"close_advice", M::kCloseAdvice},
                                         {"close_emerg", M::kCloseEmergency},
                                         {"unplaced", M::kUnplaced},
                                         {"declined", M::kDeclined},
                                         {"duplicate", M::kDuplicate}};

TEST(CaseLife, EveryStateByEveryMove) {
  std::istringstream text(kTable);
  std::string line;
  std::vector<S> columns;
  size_t rows = 0;
  while (std::getline(text, line)) {
    std::istringstream cells(line);
    std::string word;
    if (line.empty()) continue;
    if (columns.empty()) {
      while (cells >> word) {
        for (S s : kAllCaseStates) {
          if (std::string(NameOf(s)) == word) columns.push_back(s);
        }
      }
      ASSERT_EQ(columns.size(), kAllCaseStates.size());
      continue;
    }
    cells >> word;
    ASSERT_TRUE(kMoves.count(word)) << word;
    const M move = kMoves.at(word);
    ++rows;
    for (S state : columns) {
      std::string want;
      ASSERT_TRUE(cells >> want) << line;
      const Judgement got = Judge({state, UsualFor(state)}, move);
      std::string shown = "-";
      if (got.safety != Safety::kAllowed) {
        shown = "!";
      } else if (got.legal) {
        shown = std::string(NameOf(got.next)) + (got.gives_back ? "<" : "");
      }
      EXPECT_EQ(shown, want) << word << " from " << NameOf(state);
    }
  }
  EXPECT_EQ(rows, kAllCaseMoves.size());
}

TEST(CaseLife, UnplacedIsSaidOnlyOfWhoNeedsAnExamination) {
  EXPECT_TRUE(Judge({S::kQualified, {CallPriority::kP2, CareLevel::kR4, true, true}}, M::kUnplaced).allowed());
  EXPECT_FALSE(Judge({S::kQualified, {CallPriority::kP2, CareLevel::kR4, true, false}}, M::kUnplaced).allowed());
}

TEST(CaseLife, EmergencyFromEverywhereButClosed) {
  for (S state : kAllCaseStates) {
    for (CareLevel level : {CareLevel::kR1, CareLevel::kR2}) {
      const Judgement j = JudgeQualification({state, UsualFor(state)}, {CallPriority::kP2, level, true, false});
      EXPECT_EQ(j.allowed(), state != S::kClosed) << NameOf(state);
      if (!j.allowed()) continue;
      EXPECT_EQ(j.next, S::kEmergency);
      EXPECT_EQ(j.gives_back, HasPlace(state));
    }
  }
}

TEST(CaseLife, RequalifyingKeepsAPlaceOnlyWhileTheRuleAllowsOne) {
  const Judgement kept = JudgeQualification({S::kBooked, kR3}, {CallPriority::kP1, CareLevel::kR4, true, true});
  EXPECT_EQ(kept.next, S::kBooked);
  EXPECT_FALSE(kept.gives_back);
  const Judgement lost = JudgeQualification({S::kHeld, kR3}, {CallPriority::kP2, CareLevel::kR4, true, false});
  EXPECT_EQ(lost.next, S::kQualified);
  EXPECT_TRUE(lost.gives_back);
}

TEST(CaseLife, ReevaluationLeavesEmergencyAndAdvice) {
  EXPECT_EQ(JudgeQualification({S::kEmergency, kR1}, kR3).next, S::kQualified);
  EXPECT_EQ(JudgeQualification({S::kAdvised, kR3}, kR3).next, S::kQualified);
}

// Whatever the order of moves and qualifications, by whomever, no state with a place breaks the rule and none is offered against it.
TEST(CaseLife, NoSequenceOfMovesBreaksTheSafetyRule) {
  std::mt19937 random(20260101);
  auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  int64_t places = 0, emergencies_with_place = 0;
  for (int run = 0; run < 60'000; ++run) {
    Standing at{S::kOpen, {static_cast<CallPriority>(pick(6)), CareLevel::kUnset, false, false}};
    for (int step = 0; step < 25; ++step) {
      const int kind = pick(4);
      if (kind == 0) {  // A doctor qualifies.
        const Qualification next{at.qualification.priority, static_cast<CareLevel>(1 + pick(4)), true, pick(2) == 0};
        const Judgement j = JudgeQualification(at, next);
        if (!j.allowed()) continue;
        if (j.gives_back && j.next == S::kEmergency) ++emergencies_with_place;
        at = {j.next, next};
      } else if (kind == 1) {  // The assistant changes P: always possible on a live case, moves nothing.
        if (!Judge(at, M::kAmend).allowed()) {
          ASSERT_EQ(at.state, S::kClosed);
          continue;
        }
        at.qualification.priority = static_cast<CallPriority>(pick(6));
      } else {
        const M move = kAllCaseMoves[static_cast<size_t>(pick(static_cast<int>(kAllCaseMoves.size())))];
        const Judgement j = Judge(at, move);
        if (!j.allowed()) continue;
        if (move == M::kPropose || HasPlace(j.next)) {
          ASSERT_EQ(MayHavePlace(at.qualification), Safety::kAllowed);
        }
        if (HasPlace(at.state) && !HasPlace(j.next) && !j.gives_back) {
          ASSERT_TRUE(move == M::kLosePlace || move == M::kSeen || move == M::kNoShow || move == M::kNothingHeard);
        }
        at.state = j.next;
      }
      ASSERT_TRUE(IsSound(at)) << NameOf(at.state) << " " << static_cast<int>(at.qualification.level);
      places += HasPlace(at.state);
    }
  }
  // The sequences do reach what they are about.
  EXPECT_GT(places, 10'000);
  EXPECT_GT(emergencies_with_place, 1'000);
}

TEST(Queue, PriorityThenAge) {
  using P = CallPriority;
  const P order[] = {P::kP0, P::kP1, P::kUnset, P::kP2, P::kP3, P::kNr};
  const int64_t early = 1'770'000'000'000, late = early + 86'400'000;
  for (size_t i = 0; i + 1 < std::size(order); ++i) EXPECT_LT(QueueOrder(order[i], late), QueueOrder(order[i + 1], early));
  EXPECT_LT(QueueOrder(P::kP2, early), QueueOrder(P::kP2, early + 1));
  const int64_t last = QueueOrder(P::kNr, late);
  EXPECT_EQ(static_cast<int64_t>(static_cast<double>(last)), last);
}

}  // namespace
}  // namespace snp::domain
