#include "observe/causes_page.hpp"

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <string_view>

#include "headgate/cause.hpp"
#include "observe/level.hpp"

namespace headgate::observe {
namespace {

constexpr std::string_view introduction =
    "# Causes\n\n"
    "Every failure carries one of these codes: in the log (`cause`), in metrics, and in the error that decides the "
    "status "
    "sent. The names are stable. This page is generated from `include/headgate/cause.hpp`.\n\n"
    "*Who* is the side that failed, *phase* what was going on. *Status* is what the client gets when nothing of a "
    "response "
    "was sent yet; \"-\" means that nothing is sent for it. *Retry* says whether sending the request again may help: "
    "*yes* "
    "when nothing of it can have been processed, *if idempotent* when it may have been. *Level* is what the log line "
    "carries unless the place of the failure knows better.\n";

std::string_view retry_words(Retry retry) {
  constexpr std::array<std::string_view, 3> words{"no", "yes", "if idempotent"};
  return words[static_cast<std::size_t>(retry)];
}

void append_section(std::string& page, Origin origin, std::string_view title) {
  page += fmt::format("\n## {}\n\n| Cause | Phase | Status | Retry | Level | What it means | What to do |\n", title);
  page += "|---|---|---|---|---|---|---|\n";
  for (std::size_t i = 1; i < cause_table.size(); ++i) {  // 0 is NONE, which is no failure
    const CauseInfo& cause = cause_table[i];
    if (cause.origin != origin) continue;
    fmt::format_to(std::back_inserter(page), "| `{}` | {} | {} | {} | {} | {} | {} |\n", cause.name,
                   to_string(cause.phase), cause.status == 0 ? "-" : std::to_string(cause.status),
                   retry_words(cause.retry), to_string(default_level(static_cast<Cause>(i))), cause.meaning,
                   cause.remedy);
  }
}

}  // namespace

std::string causes_markdown() {
  std::string page{introduction};
  append_section(page, Origin::client, "Who: the client");
  append_section(page, Origin::upstream, "Who: the upstream");
  append_section(page, Origin::proxy, "Who: Headgate or its host");
  return page;
}

}  // namespace headgate::observe
