// French words for what a regulator or a practice reads.
#pragma once

#include <string>

#include "snp/matcher/v1/matcher.pb.h"
#include "snp/registry/v1/registry.pb.h"
#include "snp/regulation/v1/regulation.pb.h"
#include "snp/type/v1/care.pb.h"

namespace snp::ctl {

std::string French(type::v1::PlaceKind kind);
std::string French(type::v1::Modality modality);
std::string French(matcher::v1::Circle circle);
std::string French(matcher::v1::Refusal refusal);
std::string French(registry::v1::BookingState state);
std::string French(regulation::v1::CaseState state);
std::string French(regulation::v1::AlertKind kind);

}  // namespace snp::ctl
