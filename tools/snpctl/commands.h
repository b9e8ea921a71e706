// The commands. Each function adds its subcommands to `app`; when one of them is chosen, parsing sets *action, which does the work.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "snpctl/session.h"

namespace snp::ctl {

// OK: done, and the result is printed. An error is printed by the caller.
using Action = std::function<absl::Status(Session&)>;

void AddTokenCommand(CLI::App& app, Action* action);
void AddImportCommands(CLI::App& app, Action* action);
void AddPublishCommands(CLI::App& app, Action* action);   // publish, withdraw, fresh, overbook
void AddListCommands(CLI::App& app, Action* action);      // list places|slots|bookings|queue
void AddShowCommands(CLI::App& app, Action* action);      // show slot|case|booking|place|practitioner|audit
void AddCaseCommands(CLI::App& app, Action* action);      // open, qualify, advise, close, claim, handover
void AddPlacingCommands(CLI::App& app, Action* action);   // propose, hold, confirm, release, dispatch, refuse, redispatch
void AddBookingCommands(CLI::App& app, Action* action);   // ack, outcome, cancel
void AddWatchCommands(CLI::App& app, Action* action);     // watch slots|queue
void AddOperatorCommands(CLI::App& app, Action* action);  // index, purge-audit
void AddTensionCommands(CLI::App& app, Action* action);   // tension detect|score

// A subcommand whose help ends with `examples`, one a line.
CLI::App* AddCommand(CLI::App& parent, const std::string& name, const std::string& what, const std::string& examples);

// Options that are checked when they are parsed: a wrong one is a usage error.
CLI::Option* AddMoment(CLI::App* command, const std::string& name, std::string& value, const std::string& what);
CLI::Option* AddLength(CLI::App* command, const std::string& name, std::string& value, const std::string& what);
CLI::Option* AddAge(CLI::App* command, const std::string& name, std::string& value, const std::string& what);

}  // namespace snp::ctl
