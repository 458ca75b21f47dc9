# Builds an example that stands for itself against the installed headers, and runs its test.
#   cmake -D BUILD=build/dev -D SOURCE=examples/NAME -D WORK=folder -D COMPILER=c++ -P build_and_run.cmake
file(REMOVE_RECURSE ${WORK})
set(prefix ${WORK}/installed)
foreach(step IN ITEMS
    "${CMAKE_COMMAND};--install;${BUILD};--prefix;${prefix};--component;extension"
    "${CMAKE_COMMAND};-S;${SOURCE};-B;${WORK}/build;-D;CMAKE_PREFIX_PATH=${prefix};-D;CMAKE_CXX_COMPILER=${COMPILER}"
    "${CMAKE_COMMAND};--build;${WORK}/build"
    "${CMAKE_CTEST_COMMAND};--test-dir;${WORK}/build;--output-on-failure;--no-tests=error")
  execute_process(COMMAND ${step} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
