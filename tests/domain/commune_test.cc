#include "domain/commune.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <random>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"

namespace snp::domain {
namespace {

using ::testing::HasSubstr;

constexpr char kHeader[] = "insee,name,departement,region,postal_codes,population,lat,lon,area_km2\n";

CommuneTable Small() {
  auto table = CommuneTable::Parse(absl::StrCat(kHeader,
                                                "95127,Cergy,95,11,95000 95800,70906,49.03992,2.05118,14.5\n"
                                                "2A004,Ajaccio,2A,94,20000 20090,76320,41.93461,8.70064,82.8\n"
                                                "75101,Paris 1er Arrondissement,75,11,75001,15114,48.86256,2.33644,0.0\n"));
  EXPECT_TRUE(table.ok()) << table.status();
  return *std::move(table);
}

TEST(Commune, ReadsEveryColumn) {
  const CommuneTable table = Small();
  const Commune* cergy = table.Find("95127");
  ASSERT_NE(cergy, nullptr);
  EXPECT_EQ(cergy->name, "Cergy");
  EXPECT_EQ(cergy->department, Department("95"));
  EXPECT_THAT(cergy->postal_codes, ::testing::ElementsAre("95000", "95800"));
  EXPECT_EQ(cergy->population, 70906);
  EXPECT_EQ(cergy->centre, (LatLon{49.03992, 2.05118}));
  EXPECT_NEAR(DensityPerKm2(*cergy), 4890, 1);
  EXPECT_EQ(table.Find("2A004")->department, Department("2A"));
  EXPECT_EQ(DensityPerKm2(*table.Find("75101")), 10000);
}

TEST(Commune, SaysWhyACodeIsNotKnown) {
  const CommuneTable table = Small();
  EXPECT_TRUE(table.Lookup("95127").ok());
  EXPECT_THAT(table.Lookup("75056").status().message(), HasSubstr("whole city of Paris: give the arrondissement, 75101 to 75120"));
  EXPECT_THAT(table.Lookup("69123").status().message(), HasSubstr("Lyon: give the arrondissement, 69381 to 69389"));
  EXPECT_THAT(table.Lookup("13055").status().message(), HasSubstr("Marseille: give the arrondissement, 13201 to 13216"));
  EXPECT_THAT(table.Lookup("97105").status().message(), HasSubstr("overseas"));
  EXPECT_THAT(table.Lookup("95999").status().message(), HasSubstr("95999 is not a commune"));
  EXPECT_THAT(table.Lookup("").status().message(), HasSubstr("missing"));
  EXPECT_THAT(table.Lookup("9512").status().message(), HasSubstr("expected 5 characters"));
  EXPECT_LT(table.Lookup(std::string(10000, '9')).status().message().size(), 200u);
  EXPECT_EQ(table.Lookup("95999").status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(Commune, ABadRowFailsTheWholeTableAndSaysWhere) {
  const auto error = [](const std::string& row) { return std::string(CommuneTable::Parse(absl::StrCat(kHeader, row)).status().message()); };
  EXPECT_THAT(error("9512,Cergy,95,11,,1,49,2,1\n"), HasSubstr("line 2, column 1 (insee)"));
  EXPECT_THAT(error("95127,Cergy,75,11,,1,49,2,1\n"), HasSubstr("line 2, column 3 (departement)"));
  EXPECT_THAT(error("95127,Cergy,95,11,,-1,49,2,1\n"), HasSubstr("line 2, column 6 (population)"));
  EXPECT_THAT(error("95127,Cergy,95,11,,1,91,2,1\n"), HasSubstr("line 2, column 7 (lat)"));
  EXPECT_THAT(error("95127,Cergy,95,11,,1,49,x,1\n"), HasSubstr("line 2, column 8 (lon)"));
  EXPECT_THAT(error("95127,Cergy,95,11,,1,49,2,1\n95127,Cergy,95,11,,1,49,2,1\n"), HasSubstr("line 3, column 1 (insee): stands twice"));
}

TEST(Commune, ACodeOfNoDepartmentIsRefused) {
  const auto table = CommuneTable::Parse(absl::StrCat(kHeader, "96732,Nulle Part,,11,95000,1,49.0,2.0,1\n"));
  EXPECT_THAT(table.status().message(), HasSubstr("line 2"));
  EXPECT_THAT(table.status().message(), HasSubstr("no department has codes that begin like this"));
}

TEST(Commune, NearestEqualsBruteForce) {
  std::mt19937 random(7);
  // Few distinct values, so that many centres and many distances are equal.
  std::uniform_int_distribution<int> lat(410, 510), lon(-50, 95);
  std::string csv = kHeader;
  for (int i = 0; i < 900; ++i) absl::StrAppend(&csv, "95", 100 + i, ",X,95,11,,1,", lat(random) / 10.0, ",", lon(random) / 10.0, ",1\n");
  auto table = CommuneTable::Parse(csv);
  ASSERT_TRUE(table.ok()) << table.status();
  std::uniform_real_distribution<double> any_lat(40, 52), any_lon(-6, 10);
  for (int i = 0; i < 2000; ++i) {
    const LatLon p = {any_lat(random), any_lon(random)};
    double best = std::numeric_limits<double>::infinity();
    for (const Commune& c : table->all()) best = std::min(best, HaversineKm(p, c.centre));
    EXPECT_NEAR(HaversineKm(p, table->Nearest(p)->centre), best, 1e-9);
  }
}

TEST(Commune, EqualDistancesGoToTheLowerCode) {
  auto table = CommuneTable::Parse(absl::StrCat(kHeader, "95300,B,95,11,,1,49,2,1\n95200,A,95,11,,1,49,2,1\n95400,C,95,11,,1,49,2,1\n"));
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(table->Nearest({49.1, 2.1})->insee, "95200");
}

TEST(Commune, AnEmptyTableHasNoNearest) {
  auto table = CommuneTable::Parse(kHeader);
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(table->Nearest({49, 2}), nullptr);
}

TEST(Commune, TheFileOfTheProjectIsWhole) {
  std::ifstream file(absl::StrCat(SNP_SOURCE_DIR, "/tools/scenario/data/communes.csv"));
  ASSERT_TRUE(file.good());
  std::ostringstream text;
  text << file.rdbuf();
  auto table = CommuneTable::Parse(text.str());
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(table->all().size(), 34777u);
  EXPECT_EQ(table->InDepartment(Department("95")).size(), 183u);
  EXPECT_EQ(table->Nearest({49.0396, 2.0511})->name, "Cergy");
  for (const Commune& c : table->all()) ASSERT_EQ(table->Nearest(c.centre)->centre, c.centre) << c.insee;
}

}  // namespace
}  // namespace snp::domain
