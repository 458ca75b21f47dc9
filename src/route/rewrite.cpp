#include "route/rewrite.hpp"

#include <algorithm>
#include <stdexcept>

#include "config/grammar.hpp"

namespace headgate::route {
namespace {

/// A regex that splits segments could make ".." out of "/img../" and a replacement that ends in '/': such segments
/// vanish, they do not climb.
void drop_dot_segments(std::string& target) {
  const std::size_t path_end = std::min(target.find('?'), target.size());
  std::string kept;
  for (std::size_t begin = 0; begin < path_end;) {
    const std::size_t end = std::min(target.find('/', begin + 1), path_end);
    const std::string_view segment{target.data() + begin + 1, end - begin - 1};
    if (segment != "." && segment != "..") {
      kept.append(target, begin, end - begin);
    } else if (end == path_end) {
      kept += '/';
    }
    begin = end;
  }
  target.replace(0, path_end, kept);
}

}  // namespace

Rewrite::Rewrite(const config::Rewrite& settings, std::size_t prefix_length) : prefix_length_{prefix_length} {
  if (settings.regex) {
    replacement_ = settings.replacement;
    RE2::Options options;
    options.set_log_errors(false);
    regex_ = std::make_unique<RE2>(*settings.regex, options);
    std::string problem;
    if (!regex_->ok()) throw std::invalid_argument{"rewrite: " + regex_->error()};
    if (!regex_->CheckRewriteString(replacement_, &problem)) throw std::invalid_argument{"rewrite: " + problem};
  } else {
    replacement_ = settings.replace_prefix.value_or("");
    if (!replacement_.empty() && replacement_.front() != '/')
      throw std::invalid_argument{"rewrite: replace_prefix does not begin with '/'"};
  }
  if (const auto problem = config::replacement_problem(replacement_))
    throw std::invalid_argument{"rewrite: " + *problem};
}

void Rewrite::append_path(std::string& out, std::string_view normalised_path) const {
  regex_ ? append_replaced_match(out, normalised_path) : append_replaced_prefix(out, normalised_path);
}

void Rewrite::append_replaced_prefix(std::string& out, std::string_view path) const {
  const std::string_view rest = path.substr(std::min(prefix_length_, path.size()));
  std::string_view start = replacement_;
  if (rest.empty()) {
    out += start.empty() ? std::string_view{"/"} : start;
    return;
  }
  if (start.ends_with('/')) start.remove_suffix(1);  // the rest brings its own
  out += start;
  out += rest;
}

void Rewrite::append_replaced_match(std::string& out, std::string_view path) const {
  std::string target{path};
  RE2::Replace(&target, *regex_, replacement_);
  if (target.empty() || target.front() != '/') target.insert(target.begin(), '/');
  if (target.find("/.") != std::string::npos) drop_dot_segments(target);
  out += target;
}

}  // namespace headgate::route
