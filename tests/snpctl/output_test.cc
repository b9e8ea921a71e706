#include "snpctl/output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <string>

#include "platform/error.h"
#include "snp/registry/v1/registry.pb.h"
#include "snpctl/words.h"

namespace snp::ctl {
namespace {

using ::testing::HasSubstr;

TEST(PrintError, TellsReasonFieldsAndWhatToMend) {
  std::ostringstream out, err;
  const absl::Status status = platform::MakeFieldError({{"slot.end_time", "must be after start_time"}, {"slot.capacity", "must be 1 to 500"}});
  PrintError(status, "", true, out, err);
  EXPECT_THAT(err.str(), HasSubstr("FIELD_INVALID"));
  EXPECT_THAT(err.str(), HasSubstr("slot.end_time: must be after start_time"));
  EXPECT_THAT(err.str(), HasSubstr("slot.capacity: must be 1 to 500"));
  EXPECT_THAT(err.str(), HasSubstr("-> correct the fields"));
  const std::string line = out.str();
  ASSERT_EQ(line.find('\n'), line.size() - 1) << "one line";
  const auto json = nlohmann::json::parse(line);
  EXPECT_EQ(json["error"]["code"], "INVALID_ARGUMENT");
  EXPECT_EQ(json["error"]["reason"], "FIELD_INVALID");
  EXPECT_EQ(json["error"]["fields"][1]["field"], "slot.capacity");
  const std::set<std::string> keys = [&] {
    std::set<std::string> k;
    for (const auto& [key, unused] : json["error"].items()) k.insert(key);
    return k;
  }();
  EXPECT_EQ(keys, (std::set<std::string>{"code", "reason", "message", "fields", "metadata", "mend", "request_id"}));
}

TEST(PrintError, GivesTheRequestIdOnlyWhenAnotherTryMakesSense) {
  std::ostringstream out, err;
  PrintError(platform::MakeError(platform::Reason::kStoreUnavailable, "no answer"), "abc123", false, out, err);
  EXPECT_THAT(err.str(), HasSubstr("--request-id abc123"));
  EXPECT_EQ(out.str(), "");
  std::ostringstream err2;
  PrintError(platform::MakeError(platform::Reason::kNotFound, "no"), "abc123", false, out, err2);
  EXPECT_THAT(err2.str(), Not(HasSubstr("abc123")));
}

TEST(PrintError, OfItsOwnHasNoReason) {
  std::ostringstream out, err;
  PrintError(absl::NotFoundError("cannot read x.csv"), "", true, out, err);
  EXPECT_EQ(err.str(), "snpctl: cannot read x.csv\n");
  EXPECT_EQ(nlohmann::json::parse(out.str())["error"]["reason"], "");
}

TEST(Plain, TakesControlCharactersAway) {
  EXPECT_EQ(Plain("a\x1b[2Jb\n"), "a?[2Jb?");
  EXPECT_EQ(Plain("\xc2\x9b"
                  "31m"),
            "?31m");
  EXPECT_EQ(Plain("Médecin é à"), "Médecin é à");
}

TEST(TableTest, AlignsCharactersNotBytes) {
  Table table({"Lieu", "N"});
  table.Add({"Écully", "1"});
  table.Add({"Cergy", "2"});
  std::ostringstream out;
  table.Print(out);
  EXPECT_EQ(out.str(), "Lieu    N\nÉcully  1\nCergy   2\n");
}

TEST(ToJsonTest, WritesZeroesAndTheContractsNames) {
  registry::v1::Slot slot;
  slot.set_name("departments/95/slots/a");
  const nlohmann::json json = ToJson(slot);
  EXPECT_EQ(json["name"], "departments/95/slots/a");
  EXPECT_EQ(json["remaining"], 0);
  EXPECT_TRUE(json.contains("regulated_only"));
  EXPECT_FALSE(json.contains("start_time"));
}

TEST(WordsTest, DropThePrefixAndTakeAnyCase) {
  using snp::type::v1::PlaceKind;
  EXPECT_EQ(*ParseWord<PlaceKind>("centre-de-sante"), snp::type::v1::PLACE_KIND_CENTRE_DE_SANTE);
  EXPECT_EQ(*ParseWord<PlaceKind>("MSP"), snp::type::v1::PLACE_KIND_MSP);
  EXPECT_FALSE(ParseWord<PlaceKind>("UNSPECIFIED").ok());
  EXPECT_FALSE(ParseWord<PlaceKind>("").ok());
  EXPECT_EQ(Word(snp::type::v1::PLACE_KIND_TELE_POOL), "TELE_POOL");
  EXPECT_EQ(Word(snp::type::v1::PLACE_KIND_UNSPECIFIED), "");
  EXPECT_EQ(Word(static_cast<PlaceKind>(77)), "77");
  EXPECT_EQ(Words<snp::type::v1::SlotMode>(), (std::vector<std::string>{"ROUTINE", "WALKIN"}));
}

}  // namespace
}  // namespace snp::ctl
