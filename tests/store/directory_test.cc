#include "store/redis/directory.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "platform/async/sync_wait.h"
#include "platform/error.h"
#include "store/redis/keys.h"
#include "store/redis/place_codec.h"
#include "support/redis_fixture.h"

namespace snp::store::redis {
namespace {

using domain::Department;
using domain::PlaceId;
using platform::Reason;
using platform::ReasonOf;
using platform::SyncWait;

const Department kVal("95");
const absl::Time kNow = absl::FromUnixSeconds(1'767'600'000);
const absl::Time kSoon = absl::InfiniteFuture();

Request Ask(std::string id, std::string fingerprint = "f") { return {std::move(id), std::move(fingerprint), kNow, kSoon}; }

domain::Place MakePlace(absl::string_view id, std::string display_name = "Maison de santé") {
  domain::Place place;
  place.name = {kVal, PlaceId(std::string(id))};
  place.kind = domain::PlaceKind::kMsp;
  place.display_name = std::move(display_name);
  place.finess = "950000001";
  place.siret = "12345678901234";
  place.commune = "95127";
  place.position = {49.0357, 2.0602};
  place.time_zone = "Europe/Paris";
  place.pmr_access = true;
  place.cpts = "cpts-1";
  place.structure = "msp-1";
  place.address = "1 rue Neuve";
  return place;
}

domain::Practitioner MakePractitioner(std::string rpps) {
  domain::Practitioner practitioner;
  practitioner.name = {kVal, domain::Rpps(std::move(rpps))};
  practitioner.profession = "10";
  practitioner.specialty = "SM26";
  practitioner.places = {{kVal, PlaceId("a")}, {Department("78"), PlaceId("b")}};
  return practitioner;
}

class DirectoryTest : public ::testing::Test {
 protected:
  absl::Status Put(Request request, std::vector<domain::Place> places) {
    return SyncWait(directory_.PutPlaces(std::move(request), kVal, std::move(places)));
  }
  absl::StatusOr<domain::Place> Get(absl::string_view id) { return SyncWait(directory_.GetPlace({kVal, PlaceId(std::string(id))}, kSoon)); }
  int64_t Events() { return redis_.Do({"XLEN", Keys(kVal).Log()}).integer; }

  testing::RedisFixture redis_;
  std::unique_ptr<Client> client_ = redis_.NewClient();
  RedisDirectoryStore directory_{*client_, 1000};
};

TEST_F(DirectoryTest, GivesBackWhatWasPut) {
  const domain::Place place = MakePlace("a");
  ASSERT_TRUE(Put(Ask("r1"), {place}).ok());
  EXPECT_EQ(*Get("a"), place);
  EXPECT_EQ(ReasonOf(Get("b").status()), Reason::kNotFound);

  const domain::Practitioner practitioner = MakePractitioner("10000000001");
  ASSERT_TRUE(SyncWait(directory_.PutPractitioners(Ask("r2"), kVal, {practitioner})).ok());
  EXPECT_EQ(*SyncWait(directory_.GetPractitioner(practitioner.name, kSoon)), practitioner);
  EXPECT_EQ(ReasonOf(SyncWait(directory_.GetPractitioner({kVal, domain::Rpps("10000000002")}, kSoon)).status()), Reason::kNotFound);
}

TEST_F(DirectoryTest, PutAgainReplaces) {
  ASSERT_TRUE(Put(Ask("r1"), {MakePlace("a", "old")}).ok());
  ASSERT_TRUE(Put(Ask("r2"), {MakePlace("a", "new")}).ok());
  EXPECT_EQ(Get("a")->display_name, "new");
  EXPECT_EQ(Events(), 2);
}

TEST_F(DirectoryTest, ARetryPutsNothingTwice) {
  ASSERT_TRUE(Put(Ask("r1"), {MakePlace("a", "old")}).ok());
  ASSERT_TRUE(Put(Ask("r2"), {MakePlace("a", "new")}).ok());
  ASSERT_TRUE(Put(Ask("r1"), {MakePlace("a", "old")}).ok());
  EXPECT_EQ(Get("a")->display_name, "new");
  EXPECT_EQ(Events(), 2);
  EXPECT_EQ(ReasonOf(Put(Ask("r1", "other"), {MakePlace("b")})), Reason::kRequestIdReused);
  EXPECT_EQ(ReasonOf(Get("b").status()), Reason::kNotFound);
}

TEST_F(DirectoryTest, ABatchIsOfOneDepartment) {
  domain::Place elsewhere = MakePlace("b");
  elsewhere.name.department = Department("78");
  const absl::Status put = Put(Ask("r1"), {MakePlace("a"), elsewhere});
  ASSERT_EQ(ReasonOf(put), Reason::kFieldInvalid);
  EXPECT_EQ(platform::ViolationsOf(put)[0].field, "places[1].name");
  EXPECT_EQ(ReasonOf(Get("a").status()), Reason::kNotFound) << "all or nothing";
}

TEST_F(DirectoryTest, ListsByIdAtAnyDepth) {
  std::vector<domain::Place> places;
  std::vector<std::string> expected;
  for (int i = 0; i < 25; ++i) places.push_back(MakePlace(absl::StrCat("p", i * 7 % 25 + 100)));
  for (int i = 0; i < 25; ++i) expected.push_back(absl::StrCat("p", i + 100));
  ASSERT_TRUE(Put(Ask("r1"), places).ok());
  for (int page_size : {1, 4, 5, 25, 100}) {
    std::vector<std::string> ids;
    std::string token;
    int pages = 0;
    do {
      auto page = SyncWait(directory_.ListPlaces(kVal, page_size, token, kSoon));
      ASSERT_TRUE(page.ok()) << page.status();
      EXPECT_LE(page->items.size(), static_cast<size_t>(page_size));
      for (const domain::Place& place : page->items) ids.push_back(place.name.id.value());
      token = page->next_token;
    } while (!token.empty() && ++pages < 100);
    EXPECT_EQ(ids, expected) << page_size;
  }
  EXPECT_TRUE(SyncWait(directory_.ListPlaces(Department("78"), 10, "", kSoon))->items.empty());
  EXPECT_EQ(ReasonOf(SyncWait(directory_.ListPlaces(kVal, 10, "x", kSoon)).status()), Reason::kFieldInvalid);
}

TEST_F(DirectoryTest, PlacesThatComeWhileListedMoveNoOther) {
  ASSERT_TRUE(Put(Ask("r1"), {MakePlace("b"), MakePlace("d"), MakePlace("f")}).ok());
  auto first = SyncWait(directory_.ListPlaces(kVal, 2, "", kSoon));
  ASSERT_EQ(first->items.size(), 2u);
  ASSERT_TRUE(Put(Ask("r2"), {MakePlace("a"), MakePlace("c"), MakePlace("e")}).ok());
  auto second = SyncWait(directory_.ListPlaces(kVal, 2, first->next_token, kSoon));
  ASSERT_EQ(second->items.size(), 2u);
  EXPECT_EQ(second->items[0].name.id.value(), "e");
  EXPECT_EQ(second->items[1].name.id.value(), "f");
  EXPECT_EQ(second->next_token, "");
}

TEST(PlaceCodecTest, RefusesWhatIsNoRecord) {
  EXPECT_EQ(ReasonOf(DecodePlace({kVal, PlaceId("a")}, "\xff\xff").status()), Reason::kInternal);
  EXPECT_EQ(ReasonOf(DecodePractitioner({kVal, domain::Rpps("1")}, "\xff").status()), Reason::kInternal);
}

}  // namespace
}  // namespace snp::store::redis
