// snpctl token: the development issuer.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "platform/auth/token.h"
#include "platform/status_macros.h"
#include "snp/type/v1/access.pb.h"
#include "snpctl/commands.h"
#include "snpctl/files.h"
#include "snpctl/output.h"
#include "snpctl/plain_text.h"
#include "snpctl/words.h"

namespace snp::ctl {
namespace {

struct Options {
  std::string role, subject, key_file, cpts, issuer = "snp-dev", lifetime = "12h";
  std::vector<std::string> places;
  bool make_key = false;
};

// Never overwrites: a lost key would end every token signed with it.
absl::Status WriteNewFile(const std::string& path, const std::string& text, mode_t mode) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0) return absl::FailedPreconditionError(absl::StrCat("cannot create ", path, " (does it exist?)"));
  size_t done = 0;
  while (done < text.size()) {
    const ssize_t n = write(fd, text.data() + done, text.size() - done);
    if (n <= 0) break;
    done += static_cast<size_t>(n);
  }
  const bool closed = close(fd) == 0;
  if (done < text.size() || !closed) return absl::UnavailableError(absl::StrCat("cannot write ", path));
  return absl::OkStatus();
}

absl::StatusOr<platform::DevIssuer> Issuer(const Options& o) {
  if (!o.make_key) {
    ASSIGN_OR_RETURN(std::string pem, ReadFile(o.key_file));
    return platform::DevIssuer::FromPem(std::move(pem), o.issuer);
  }
  ASSIGN_OR_RETURN(platform::DevIssuer issuer, platform::DevIssuer::Generate(o.issuer));
  RETURN_IF_ERROR(WriteNewFile(o.key_file, issuer.private_key_pem(), 0600));
  RETURN_IF_ERROR(WriteNewFile(o.key_file + ".pub", issuer.public_key_pem(), 0644));
  return issuer;
}

absl::Status Token(Session& s, const Options& o) {
  ASSIGN_OR_RETURN(const platform::DevIssuer issuer, Issuer(o));
  platform::TokenClaims claims;
  ASSIGN_OR_RETURN(const type::v1::Role role, ParseWord<type::v1::Role>(o.role));
  claims.role = static_cast<platform::Role>(role);
  claims.subject = o.subject;
  for (const std::string& place : o.places) claims.places.push_back(FullName(place, s.globals().department, "places"));
  claims.cpts = o.cpts;
  claims.lifetime = *ParseLength(o.lifetime);
  ASSIGN_OR_RETURN(const std::string token, issuer.Sign(claims, s.now()));
  Emit(s,
       nlohmann::json{{"token", token},
                      {"role", Word(role)},
                      {"subject", o.subject},
                      {"expires", absl::FormatTime(absl::RFC3339_sec, s.now() + claims.lifetime, absl::UTCTimeZone())}},
       [&](std::ostream& out) { out << token << "\n"; });
  return absl::OkStatus();
}

}  // namespace

void AddTokenCommand(CLI::App& app, Action* action) {
  auto o = std::make_shared<Options>();
  CLI::App* c =
      AddCommand(app, "token", "Make a token with the development issuer. Never for production",
                 "  snpctl token --make-key --key-file dev.key --role admin --subject ops     makes dev.key and dev.key.pub, for the services\n"
                 "  export SNP_TOKEN=$(snpctl token --key-file dev.key --role regulator --subject dr-a)\n"
                 "  snpctl token --key-file dev.key --role practice --subject desk --places cab-0001 --places msp-01 > practice.token");
  c->add_option("--key-file", o->key_file, "Private key (PEM) of the issuer")->required();
  c->add_flag("--make-key", o->make_key, "Make the key pair first: the file and file.pub; never overwrites");
  c->add_option("--role", o->role, "regulator, osnp, assistant, practice, ars, admin or service")->required()->check([](const std::string& r) {
    return std::string(ParseWord<type::v1::Role>(r).status().message());
  });
  c->add_option("--subject", o->subject, "Who: an opaque id, never a name")->required();
  c->add_option("--places", o->places, "Places a practice acts for; repeat for several");
  c->add_option("--cpts", o->cpts, "CPTS of a practice");
  c->add_option("--issuer", o->issuer, "Issuer the services expect")->capture_default_str();
  AddLength(c, "--lifetime", o->lifetime, "How long it is valid")->capture_default_str();
  c->callback([o, action] { *action = [o](Session& s) { return Token(s, *o); }; });
}

}  // namespace snp::ctl
