#include "domain/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace snp::domain {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Outcome {
  std::vector<std::string> rows;  // "line:a|b"
  std::vector<std::string> errors;
};

Outcome ReadAll(const std::string& text) {
  Outcome outcome;
  auto reader = CsvReader::Open(text, {"a", "b"}, {"c"});
  if (!reader.ok()) {
    outcome.errors.push_back(std::string(reader.status().message()));
    return outcome;
  }
  while (auto row = reader->Next()) {
    if (row->ok()) {
      outcome.rows.push_back(std::to_string((*row)->line()) + ":" + std::string((*row)->Text("a")) + "|" + std::string((*row)->Text("b")));
    } else {
      outcome.errors.push_back(std::string(row->status().message()));
    }
  }
  return outcome;
}

TEST(Csv, ReadsPlainAndQuotedFields) {
  EXPECT_THAT(ReadAll("a,b\n1,2\n\"x, y\",\"he said \"\"no\"\"\"\n").rows, ElementsAre("2:1|2", "3:x, y|he said \"no\""));
}

TEST(Csv, AcceptsCrLfByteOrderMarkEmptyLinesAndNoLastLineEnd) {
  EXPECT_THAT(ReadAll("\xEF\xBB\xBF"
                      "a,b\r\n\r\n1,\"2\"\r\n\n3,4")
                  .rows,
              ElementsAre("3:1|2", "5:3|4"));
}

TEST(Csv, QuotedLineEndsCountAsLines) { EXPECT_THAT(ReadAll("a,b\n\"1\n1\",2\n3,4\n").rows, ElementsAre("2:1\n1|2", "4:3|4")); }

TEST(Csv, ColumnsInAnyOrderAndOptionalOnesAbsent) {
  auto reader = CsvReader::Open("b,a\n2,1\n", {"a", "b"}, {"c"});
  ASSERT_TRUE(reader.ok());
  auto row = reader->Next();
  ASSERT_TRUE(row && row->ok());
  EXPECT_EQ((*row)->Text("a"), "1");
  EXPECT_EQ((*row)->Text("c"), "");
}

TEST(Csv, OneBadRowDoesNotSpoilTheNext) {
  const Outcome outcome = ReadAll("a,b\n1\n2,2\n3,3,3\n4,4\n\"5,5\n6,6\nx\"y,7\n\"8\"8,8\n9,9");
  EXPECT_THAT(outcome.rows, ElementsAre("3:2|2", "5:4|4", "7:6|6", "10:9|9"));
  EXPECT_THAT(outcome.errors,
              ElementsAre("line 2, column 2 (b): the row ends here: expected 2 fields, got 1", "line 4, column 3: the header has only 2 columns",
                          HasSubstr("line 6, column 1 (a): "), "line 8, column 1 (a): a quote inside a field that does not begin with one",
                          "line 9, column 1 (a): text after the closing quote"));
}

TEST(Csv, RefusesWhatIsNotText) {
  EXPECT_THAT(ReadAll("a,b\n\xFF,2\n3,4\n").errors, ElementsAre("line 2, column 1 (a): the field is not UTF-8 text"));
  EXPECT_THAT(ReadAll("a,b\n\xED\xA0\x80,2\n").errors, ElementsAre("line 2, column 1 (a): the field is not UTF-8 text"));
  EXPECT_THAT(ReadAll(std::string("a,b\n1,\0\n", 8)).errors, ElementsAre("line 2, column 2 (b): the field is not UTF-8 text"));
  EXPECT_THAT(ReadAll("a,b\n1," + std::string(65537, 'x') + "\n").errors, ElementsAre("line 2, column 2 (b): the field is longer than 64 kB"));
}

TEST(Csv, HeaderProblemsAreAllNamed) {
  EXPECT_THAT(ReadAll("").errors, ElementsAre("line 1: the file is empty; expected a header line"));
  EXPECT_THAT(ReadAll("a;b\n").errors, ElementsAre(HasSubstr("separated by \";\"")));
  EXPECT_THAT(ReadAll("a,z,a\n").errors,
              ElementsAre(AllOf(HasSubstr("column \"b\" is missing"), HasSubstr("column 2 \"z\" is unknown"),
                                HasSubstr("column 3 \"a\" stands twice"), HasSubstr("Expected columns: a,b; optional: c"))));
}

TEST(Csv, TypedFieldsSayWhereTheyAreWrong) {
  auto reader = CsvReader::Open("a,b\n1e3,x\n", {"a", "b"});
  ASSERT_TRUE(reader.ok());
  auto row = reader->Next();
  ASSERT_TRUE(row && row->ok());
  EXPECT_EQ((*row)->Number("a").value(), 1000.0);
  EXPECT_EQ((*row)->Integer("b").status().message(), "line 2, column 2 (b): expected a whole number, got \"x\"");
  EXPECT_EQ((*row)->Number("b").status().message(), "line 2, column 2 (b): expected a number, got \"x\"");
  EXPECT_EQ((*row)->Flag("b").status().message(), "line 2, column 2 (b): expected true or false, got \"x\"");
}

TEST(Csv, NumbersThatAreNotFiniteAreRefused) {
  auto reader = CsvReader::Open("a,b\nnan,inf\n", {"a", "b"});
  auto row = reader->Next();
  ASSERT_TRUE(row && row->ok());
  EXPECT_FALSE((*row)->Number("a").ok());
  EXPECT_FALSE((*row)->Number("b").ok());
}

TEST(Csv, ListsAndFlags) {
  auto reader = CsvReader::Open("a,b\nx| y z,oui\n", {"a", "b"});
  auto row = reader->Next();
  ASSERT_TRUE(row && row->ok());
  EXPECT_THAT((*row)->List("a"), ElementsAre("x", "y", "z"));
  EXPECT_EQ((*row)->Flag("b").value(), true);
}

TEST(Csv, WhatIsWrittenIsReadBack) {
  const std::vector<std::string> fields = {"a,\"b\"\r\nc", ""};
  auto reader = CsvReader::Open("a,b\n" + CsvLine(fields), {"a", "b"});
  auto row = reader->Next();
  ASSERT_TRUE(row && row->ok());
  EXPECT_EQ((*row)->Text("a"), fields[0]);
  EXPECT_EQ((*row)->Text("b"), fields[1]);
}

}  // namespace
}  // namespace snp::domain
