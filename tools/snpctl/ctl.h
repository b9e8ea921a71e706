// snpctl as a function, so that tests can run it.
#pragma once

#include <string>
#include <vector>

#include "snpctl/session.h"

namespace snp::ctl {

// Runs one command line (without the program's name). Exit status: 0 success, 1 the work failed or only part of it was done, 2 wrong usage. Never
// throws.
int RunCtl(std::vector<std::string> args, World& world);

}  // namespace snp::ctl
