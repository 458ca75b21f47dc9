#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "headgate/heads.hpp"

namespace headgate::route {

/// A head as the parser would have left it. The texts must outlive it.
inline RequestHead request(std::string_view method, std::string_view authority, std::string_view target,
                           std::initializer_list<std::pair<std::string_view, std::string_view>> fields = {}) {
  RequestHead head;
  head.method = method_of(method);
  head.method_token = method;
  head.authority = authority;
  head.target = target;
  const auto question = target.find('?');
  head.has_query = question != std::string_view::npos;
  head.path = target.substr(0, question);
  if (head.has_query) head.query = target.substr(question + 1);
  if (target == "*") head.form = TargetForm::asterisk;
  for (const auto& [name, value] : fields) head.fields.push_back({name, value, FieldId::other, false});
  return head;
}

inline RequestHead get(std::string_view authority, std::string_view target) {
  return request("GET", authority, target);
}

}  // namespace headgate::route
