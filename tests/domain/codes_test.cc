#include "domain/codes.h"

#include <set>
#include <string>

#include "gtest/gtest.h"

namespace snp::domain {
namespace {

TEST(Codes, KeepEveryCodeOfTheNomenclatures) {
  EXPECT_EQ(CodesOf(Nomenclature::kMotive).size(), 52u);
  EXPECT_EQ(CodesOf(Nomenclature::kDecision).size(), 5u);
  EXPECT_EQ(CodesOf(Nomenclature::kOrientation).size(), 7u);
  EXPECT_EQ(CodesOf(Nomenclature::kDelay).size(), 11u);
  EXPECT_EQ(CodesOf(Nomenclature::kOrigin).size(), 19u);
}

TEST(Codes, AreLiteralAndLabelled) {
  EXPECT_EQ(LabelOf(Nomenclature::kMotive, "M03.14"), "Fièvre, problème infectieux");
  EXPECT_EQ(LabelOf(Nomenclature::kOrientation, "EPHAD"), "EPHAD ou Long séjour");
  EXPECT_TRUE(IsCode(Nomenclature::kDelay, "45M"));
  EXPECT_TRUE(IsCode(Nomenclature::kOrigin, "116117"));
  EXPECT_TRUE(IsCode(Nomenclature::kDecision, "PMT"));
}

TEST(Codes, RefuseWhatIsNotExactlyACode) {
  EXPECT_FALSE(IsCode(Nomenclature::kOrientation, "EHPAD"));
  EXPECT_FALSE(IsCode(Nomenclature::kMotive, "m03.14"));
  EXPECT_FALSE(IsCode(Nomenclature::kMotive, "M08.00"));
  EXPECT_FALSE(IsCode(Nomenclature::kDecision, "M03.14"));
  EXPECT_FALSE(IsCode(Nomenclature::kDelay, ""));
}

TEST(Codes, AreUniqueWithinTheirNomenclature) {
  for (auto n : {Nomenclature::kMotive, Nomenclature::kDecision, Nomenclature::kOrientation, Nomenclature::kDelay, Nomenclature::kOrigin}) {
    std::set<std::string> seen;
    for (const Code& code : CodesOf(n)) {
      EXPECT_TRUE(seen.insert(std::string(code.code)).second) << code.code;
      EXPECT_FALSE(code.label.empty()) << code.code;
    }
  }
}

}  // namespace
}  // namespace snp::domain
