#include "snpctl/ctl.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "domain/names.h"
#include "snpctl/commands.h"
#include "snpctl/output.h"
#include "snpctl/plain_text.h"

namespace snp::ctl {
namespace {

constexpr char kHelp[] =
    "snpctl: talk to the registry, the matcher and regulation.\n\n"
    "A first tour (a token of the right role in SNP_TOKEN, see `snpctl token --help`):\n"
    "  snpctl import places places.csv\n"
    "  snpctl import slots slots.csv\n"
    "  snpctl open --commune 95127 --age 34 --motive M03.14 --priority P2\n"
    "  snpctl qualify CASE --level R3 --delay 4H\n"
    "  snpctl propose CASE\n"
    "  snpctl dispatch CASE\n"
    "  snpctl watch queue";

constexpr char kFooter[] =
    "Names may be short (cab-0001) inside --department, or full (departments/95/places/cab-0001).\n"
    "Moments: 2026-01-12T14:30:00Z, 2026-01-12 14:30 (Paris), 14:30 (today in Paris), +2h. Ages: 34, 34a, 8m.\n"
    "Results go to standard output, the rest to standard error. Exit status: 0 success, 1 failed or only partly done, 2 wrong usage.";

std::string Check(const absl::Status& status) { return status.ok() ? std::string() : std::string(status.message()); }

}  // namespace

CLI::App* AddCommand(CLI::App& parent, const std::string& name, const std::string& what, const std::string& examples) {
  CLI::App* command = parent.add_subcommand(name, what);
  command->footer("\nExamples:\n" + examples + "\nOptions of every command (--json, --token-file, --deadline...): snpctl --help");
  return command;
}

CLI::Option* AddMoment(CLI::App* command, const std::string& name, std::string& value, const std::string& what) {
  return command->add_option(name, value, what)->check([](const std::string& s) { return Check(ParseMoment(s, absl::Now()).status()); });
}
CLI::Option* AddLength(CLI::App* command, const std::string& name, std::string& value, const std::string& what) {
  return command->add_option(name, value, what)->check([](const std::string& s) { return Check(ParseLength(s).status()); });
}
CLI::Option* AddAge(CLI::App* command, const std::string& name, std::string& value, const std::string& what) {
  return command->add_option(name, value, what)->check([](const std::string& s) { return Check(ParseAge(s).status()); });
}

int RunCtl(std::vector<std::string> args, World& world) {
  CLI::App app(kHelp, "snpctl");
  Globals globals;
  std::string deadline = "10s";
  Action action;
  app.footer(kFooter);
  app.require_subcommand(1);
  app.fallthrough();  // Global options may follow the command.
  const auto from_env = [&](std::string& value, const char* name) {
    if (const std::string set = world.env(name); !set.empty()) value = set;
  };
  from_env(globals.registry, "SNP_REGISTRY");
  from_env(globals.matcher, "SNP_MATCHER");
  from_env(globals.regulation, "SNP_REGULATION");
  from_env(globals.department, "SNP_DEPARTMENT");
  app.add_option("--registry", globals.registry, "Address of the registry [SNP_REGISTRY]")->capture_default_str();
  app.add_option("--matcher", globals.matcher, "Address of the matcher [SNP_MATCHER]")->capture_default_str();
  app.add_option("--regulation", globals.regulation, "Address of regulation [SNP_REGULATION]")->capture_default_str();
  app.add_option("--token", globals.token, "Bearer token; other users may see it in the list of processes: prefer --token-file or SNP_TOKEN");
  app.add_option("--token-file", globals.token_file, "File that holds the bearer token [SNP_TOKEN: the token itself]");
  AddLength(&app, "--deadline", deadline, "How long one call may take, retries included")->capture_default_str();
  app.add_option("--department", globals.department, "Department of short names [SNP_DEPARTMENT]")
      ->capture_default_str()
      ->check([](const std::string& s) { return domain::IsDepartmentCode(s) ? std::string() : "not the code of a department: " + s.substr(0, 80); });
  app.add_option("--request-id", globals.request_id,
                 "Idempotency key: repeating a command with the same key does it once. Made at random when not given")
      ->check([](const std::string& s) { return domain::IsId(s) ? std::string() : std::string("expected 1 to 64 of [A-Za-z0-9_-]"); });
  app.add_flag("--json", globals.json, "One JSON object on one line, last on standard output");
  AddTokenCommand(app, &action);
  AddImportCommands(app, &action);
  AddPublishCommands(app, &action);
  AddListCommands(app, &action);
  AddShowCommands(app, &action);
  AddCaseCommands(app, &action);
  AddPlacingCommands(app, &action);
  AddBookingCommands(app, &action);
  AddWatchCommands(app, &action);
  AddOperatorCommands(app, &action);
  AddTensionCommands(app, &action);

  const bool wants_json = std::find(args.begin(), args.end(), "--json") != args.end();
  try {
    std::reverse(args.begin(), args.end());  // CLI11 takes them from the back.
    app.parse(std::move(args));
  } catch (const CLI::ParseError& e) {
    if (app.exit(e, world.out, world.err) == 0) return 0;  // Help.
    if (wants_json) PrintError(absl::InvalidArgumentError(e.what()), "", true, world.out, world.err);
    return 2;
  }
  globals.deadline = *ParseLength(deadline);
  Session session(std::move(globals), world);
  if (const absl::Status status = action(session); !status.ok()) {
    PrintError(status, session.used_request_id(), session.globals().json, world.out, world.err);
    return 1;
  }
  return session.failed() ? 1 : 0;
}

}  // namespace snp::ctl
