// Vocabulary of care. Numeric values are those of proto/snp/type/v1/care.proto and matcher.proto (checked by a test), which say what each means.
#pragma once

#include <cstdint>

namespace snp::domain {

enum class PlaceKind { kCabinet = 1, kMsp, kCentreDeSante, kMmg, kPointFixe, kSnpCentre, kTelePool, kVisitEffector, kEmergencyDepartment };
enum class Modality { kCabinet = 1, kVisit, kTele };
enum class Visibility { kPublic = 1, kPro, kSnp, kCpts };
enum class SlotMode { kRoutine = 1, kWalkin };
enum class Sex { kUnknown = 0, kFemale, kMale };
enum class CallPriority { kUnset = 0, kP0, kP1, kP2, kP3, kNr };
enum class CareLevel { kUnset = 0, kR1, kR2, kR3, kR4 };
enum class Circle { kFlat = 0, kOwnGp, kSameStructure, kTown, kRelief, kTele, kEmergencyDepartment };
enum class Refusal { kNone = 0, kTooFar, kTooLate, kTooEarly, kAge, kModality, kCapability, kNotVisible, kStale, kFull, kPmr, kExcluded };
inline constexpr int kRefusalCount = 12;

// A set of enum values as bits: bit i is value i.
template <typename E>
class EnumSet {
 public:
  constexpr EnumSet() = default;
  constexpr explicit EnumSet(uint32_t mask) : mask_(mask) {}
  constexpr EnumSet& Add(E e) {
    mask_ |= 1u << static_cast<unsigned>(e);
    return *this;
  }
  constexpr bool Has(E e) const { return (mask_ >> static_cast<unsigned>(e)) & 1u; }
  constexpr bool Intersects(EnumSet other) const { return (mask_ & other.mask_) != 0; }
  constexpr bool empty() const { return mask_ == 0; }
  constexpr uint32_t mask() const { return mask_; }
  bool operator==(const EnumSet&) const = default;

 private:
  uint32_t mask_ = 0;
};
using VisibilitySet = EnumSet<Visibility>;
using ModalitySet = EnumSet<Modality>;

}  // namespace snp::domain
