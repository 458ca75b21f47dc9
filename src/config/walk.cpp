#include "config/walk.hpp"

#include <algorithm>

#include "config/option_table.hpp"

namespace headgate::config {
namespace {

void visit(const Table& table, std::vector<const Table*>& out) {
  if (std::find(out.begin(), out.end(), &table) != out.end()) return;
  out.push_back(&table);
  for (const Option& option : table.options)
    if (option.shape.table != nullptr) visit(*option.shape.table, out);
}

}  // namespace

std::vector<const Table*> tables_in_order() {
  std::vector<const Table*> out;
  visit(root_table(), out);
  return out;
}

}  // namespace headgate::config
