#include "http/accept.hpp"

#include <array>
#include <cstddef>

#include "base/ascii.hpp"

namespace headgate::http {
namespace {

struct Form {
  PageType type;
  std::string_view media_type;
  std::string_view range;
};

constexpr std::array<Form, 3> forms{Form{PageType::text, "text/plain", "text/*"},
                                    Form{PageType::json, "application/json", "application/*"},
                                    Form{PageType::html, "text/html", "text/*"}};

/// How well a form is liked so far.
struct Liking {
  int exactness = 0;  ///< 1: */*, 2: type/*, 3: named; a more exact range overrides a vaguer one
  int quality = 0;    ///< thousandths
  int order = 0;
};

/// "0.5" in thousandths; what is malformed counts as 1.
int parse_quality(std::string_view text) {
  constexpr int most = 1000;
  if (text.empty() || text.size() > 5 || text.front() != '0') return most;
  int quality = 0;
  int digit_worth = 100;
  for (const char c : text.substr(text.size() > 1 ? 2 : 1)) {
    if (!base::is_digit(c)) return most;
    quality += (c - '0') * digit_worth;
    digit_worth /= 10;
  }
  return quality;
}

int quality_of(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::size_t semicolon = parameters.find(';');
    const std::string_view parameter = base::trim_ows(parameters.substr(0, semicolon));
    if (parameter.size() > 2 && base::to_lower(parameter[0]) == 'q' && parameter[1] == '=')
      return parse_quality(parameter.substr(2));
    parameters = semicolon == std::string_view::npos ? std::string_view{} : parameters.substr(semicolon + 1);
  }
  return 1000;
}

int exactness_for(const Form& form, std::string_view range) {
  if (range == "*/*") return 1;
  if (base::iequals(range, form.range)) return 2;
  if (base::iequals(range, form.media_type)) return 3;
  return form.type == PageType::json && base::iequals(range, "application/problem+json") ? 3 : 0;
}

bool better(const Liking& a, const Liking& b) {
  if (a.quality != b.quality || a.quality == 0) return a.quality > b.quality;
  if (a.exactness != b.exactness) return a.exactness > b.exactness;
  return a.order < b.order;
}

}  // namespace

PageType choose_page_type(std::string_view accept) {
  std::array<Liking, forms.size()> likings{};
  for (int order = 0; !accept.empty(); ++order) {
    const std::string_view element = base::next_list_element(accept);
    const std::size_t semicolon = element.find(';');
    const std::string_view range = base::trim_ows(element.substr(0, semicolon));
    const int quality = semicolon == std::string_view::npos ? 1000 : quality_of(element.substr(semicolon + 1));
    for (std::size_t i = 0; i < forms.size(); ++i) {
      const int exactness = exactness_for(forms[i], range);
      if (exactness > likings[i].exactness) likings[i] = {exactness, quality, order};
    }
  }
  std::size_t best = 0;
  for (std::size_t i = 1; i < forms.size(); ++i)
    if (better(likings[i], likings[best])) best = i;
  return forms[best].type;
}

}  // namespace headgate::http
