#include <exception>
#include <iostream>

#include "app/cli.hpp"
#include "app/cli_exit_code.hpp"

int main(int argc, char** argv) {
  try {
    return headgate::app::run_command_line(argc, argv, std::cout, std::cerr);
  } catch (const std::exception& error) {
    std::cerr << "headgate: " << error.what() << "\n";
    return headgate::app::exit_failed;
  }
}
