#include "domain/delay.h"

#include "domain/codes.h"
#include "gtest/gtest.h"

namespace snp::domain {
namespace {

const absl::Time kQualified = absl::FromUnixSeconds(1'770'000'000);

TEST(Delay, IsTheOneOfTheCode) {
  const struct {
    const char* code;
    absl::Duration limit;
  } rows[] = {{"DEL0", absl::Minutes(30)}, {"30M", absl::Minutes(30)}, {"45M", absl::Minutes(45)}, {"ASAP", absl::Hours(1)},
              {"1H", absl::Hours(1)},      {"2H", absl::Hours(2)},     {"4H", absl::Hours(4)},     {"8H", absl::Hours(8)},
              {"12H", absl::Hours(12)},    {"24H", absl::Hours(24)}};
  for (const auto& row : rows) {
    const auto deadline = ClinicalDeadline(row.code, kQualified, std::nullopt);
    ASSERT_TRUE(deadline.ok()) << row.code;
    EXPECT_EQ(*deadline, kQualified + row.limit) << row.code;
  }
}

TEST(Delay, CoversTheWholeNomenclature) {
  for (const Code& code : CodesOf(Nomenclature::kDelay)) {
    const bool rdv = code.code == "RDV";
    EXPECT_TRUE(ClinicalDeadline(code.code, kQualified, rdv ? std::optional(kQualified + absl::Hours(3)) : std::nullopt).ok()) << code.code;
  }
}

TEST(Delay, OfAnAppointmentIsItsHour) {
  EXPECT_EQ(*ClinicalDeadline("RDV", kQualified, kQualified + absl::Hours(30)), kQualified + absl::Hours(30));
  EXPECT_EQ(*ClinicalDeadline("RDV", kQualified, kQualified + kLongestAppointment), kQualified + kLongestAppointment);
}

TEST(Delay, RefusesWhatItCannotMean) {
  EXPECT_FALSE(ClinicalDeadline("3H", kQualified, std::nullopt).ok());
  EXPECT_FALSE(ClinicalDeadline("", kQualified, std::nullopt).ok());
  EXPECT_FALSE(ClinicalDeadline("2h", kQualified, std::nullopt).ok());
  EXPECT_FALSE(ClinicalDeadline("RDV", kQualified, std::nullopt).ok());
  EXPECT_FALSE(ClinicalDeadline("RDV", kQualified, kQualified).ok());
  EXPECT_FALSE(ClinicalDeadline("RDV", kQualified, kQualified + kLongestAppointment + absl::Seconds(1)).ok());
  EXPECT_FALSE(ClinicalDeadline("2H", kQualified, kQualified + absl::Hours(1)).ok());
}

}  // namespace
}  // namespace snp::domain
