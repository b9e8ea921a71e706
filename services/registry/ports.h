// What the verbs of the registry work with. Everything outlives the service.
#pragma once

#include "domain/commune.h"
#include "platform/clock.h"
#include "platform/ids.h"
#include "store/event_log.h"
#include "store/registry_store.h"

namespace snp::registry {

class ActiveDepartments;
class Metrics;

struct Ports {
  store::RegistryStore& store;
  store::RegistryReader& reader;
  store::DirectoryStore& directory;
  const domain::CommuneTable& communes;
  const platform::Clock& clock;
  platform::IdSource& ids;
  ActiveDepartments& active;
  Metrics& metrics;
};

}  // namespace snp::registry
