#include "domain/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace snp::domain {
namespace {

using ::testing::HasSubstr;

TEST(Names, WhatIsParsedIsWrittenBack) {
  for (const char* name : {"departments/95/slots/abc-1_Z", "departments/2A/slots/x", "departments/974/slots/x"}) {
    auto parsed = ParseSlotName(name);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(ToString(*parsed), name);
  }
  EXPECT_EQ(ToString(*ParsePlaceName("departments/95/places/p1")), "departments/95/places/p1");
  EXPECT_EQ(ToString(*ParseBookingName("departments/95/bookings/b1")), "departments/95/bookings/b1");
  EXPECT_EQ(ToString(*ParseCaseName("departments/95/cases/c1")), "departments/95/cases/c1");
  EXPECT_EQ(ToString(*ParsePractitionerName("departments/95/practitioners/10000000001")), "departments/95/practitioners/10000000001");
  EXPECT_EQ(ToString(*ParseDepartmentName("departments/95")), "departments/95");
}

TEST(Names, RefusesWhatIsNotAName) {
  for (const std::string& name :
       {std::string(), std::string("departments/95/slots/"), std::string("departments/96/slots/x"), std::string("departments/20/slots/x"),
        std::string("departments/95/places/x"), std::string("departments/95/slots/x/y"), std::string("/departments/95/slots/x"),
        std::string("departments/95/slots/a b"), std::string("departments/95/slots/{95}"), std::string("departments/95/slots/é"),
        std::string("departments/95/slots/") + std::string(65, 'x'), std::string("departments/95/slots/a\0b", 24), std::string(10240, 'x')}) {
    auto parsed = ParseSlotName(name);
    EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument) << name.substr(0, 80);
    EXPECT_LT(parsed.status().message().size(), 500u);
  }
  EXPECT_THAT(ParseSlotName("x").status().message(), HasSubstr("expected departments/{department}/slots/{id}, got \"x\""));
}

TEST(Names, AnRppsHasElevenDigits) {
  EXPECT_FALSE(ParsePractitionerName("departments/95/practitioners/1000000000").ok());
  EXPECT_FALSE(ParsePractitionerName("departments/95/practitioners/1000000000A").ok());
}

TEST(Names, DepartmentOfACommune) {
  EXPECT_EQ(DepartmentOfCommune("95127"), Department("95"));
  EXPECT_EQ(DepartmentOfCommune("2A004"), Department("2A"));
  EXPECT_EQ(DepartmentOfCommune("97105"), Department("971"));
  EXPECT_TRUE(DepartmentOfCommune("20004").empty());
  EXPECT_TRUE(DepartmentOfCommune("951270").empty());
  EXPECT_TRUE(DepartmentOfCommune("").empty());
}

TEST(Names, DepartmentCodes) {
  EXPECT_TRUE(IsDepartmentCode("01"));
  EXPECT_TRUE(IsDepartmentCode("95"));
  EXPECT_TRUE(IsDepartmentCode("2B"));
  EXPECT_TRUE(IsDepartmentCode("976"));
  for (const char* code : {"", "0", "00", "96", "20", "2C", "2a", "975", "977", "0095"}) EXPECT_FALSE(IsDepartmentCode(code)) << code;
}

}  // namespace
}  // namespace snp::domain
