// The one place where Beast itself is compiled (BOOST_BEAST_SEPARATE_COMPILATION): the control thread and the demo use
// it.
#include <boost/beast/src.hpp>
