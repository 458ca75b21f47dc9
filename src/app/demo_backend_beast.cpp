// The one place where Beast itself is compiled (BOOST_BEAST_SEPARATE_COMPILATION); only the demo backends use it.
#include <boost/beast/src.hpp>
