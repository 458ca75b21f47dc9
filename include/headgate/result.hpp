// Errors are values on the data path: Result<T> holds a T, or the Error that says who failed, when, and whether a
// retry may help.
#pragma once

#include <boost/system/result.hpp>

#include "headgate/error.hpp"

namespace headgate {

template <class T>
using Result = boost::system::result<T, Error>;

}  // namespace headgate
