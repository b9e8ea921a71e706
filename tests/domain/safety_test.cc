#include "domain/safety.h"

#include "gtest/gtest.h"

namespace snp::domain {
namespace {

using P = CallPriority;
using R = CareLevel;

// The whole rule: every priority x care level x doctor x examination.
TEST(Safety, EveryCombination) {
  for (P p : {P::kUnset, P::kP0, P::kP1, P::kP2, P::kP3, P::kNr}) {
    for (R r : {R::kUnset, R::kR1, R::kR2, R::kR3, R::kR4}) {
      for (bool doctor : {false, true}) {
        for (bool examination : {false, true}) {
          const Safety verdict = MayHavePlace({p, r, doctor, examination});
          const bool allowed = doctor && (r == R::kR3 || (r == R::kR4 && examination));
          EXPECT_EQ(verdict == Safety::kAllowed, allowed) << int(p) << " " << int(r) << " " << doctor << " " << examination;
        }
      }
    }
  }
}

TEST(Safety, SaysWhy) {
  EXPECT_EQ(MayHavePlace({P::kP2, R::kR1, true, true}), Safety::kR1);
  EXPECT_EQ(MayHavePlace({P::kP2, R::kR2, true, true}), Safety::kR2);
  // R1 is said even when no doctor signed it: the stricter reading.
  EXPECT_EQ(MayHavePlace({P::kP0, R::kR1, false, false}), Safety::kR1);
  EXPECT_EQ(MayHavePlace({P::kP0, R::kUnset, false, false}), Safety::kDoctorFirst);
  EXPECT_EQ(MayHavePlace({P::kP1, R::kR3, false, false}), Safety::kDoctorFirst);
  EXPECT_EQ(MayHavePlace({P::kP2, R::kUnset, false, false}), Safety::kNotQualified);
  EXPECT_EQ(MayHavePlace({P::kP3, R::kR3, false, false}), Safety::kNotQualified);
  EXPECT_EQ(MayHavePlace({P::kP1, R::kR3, true, false}), Safety::kAllowed);
  EXPECT_EQ(MayHavePlace({P::kP3, R::kR4, true, false}), Safety::kNoExamination);
}

TEST(Safety, InstructionsNameTheMeans) {
  EXPECT_NE(EmergencyInstruction(R::kR1).find("SMUR"), absl::string_view::npos);
  for (const char* means : {"médecin", "ambulance", "VSAV", "urgences"}) {
    EXPECT_NE(EmergencyInstruction(R::kR2).find(means), absl::string_view::npos) << means;
  }
  EXPECT_TRUE(EmergencyInstruction(R::kR3).empty());
  EXPECT_TRUE(EmergencyInstruction(R::kR4).empty());
  EXPECT_TRUE(EmergencyInstruction(R::kUnset).empty());
  EXPECT_TRUE(WhyNot(Safety::kAllowed).empty());
  for (Safety s : {Safety::kR1, Safety::kR2, Safety::kNotQualified, Safety::kDoctorFirst, Safety::kNoExamination}) EXPECT_FALSE(WhyNot(s).empty());
}

}  // namespace
}  // namespace snp::domain
