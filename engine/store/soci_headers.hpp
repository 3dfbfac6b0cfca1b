// SOCI without its Boost bindings. Internal to store/; the only way in which SOCI is included here.
// Debian's SOCI declares that Boost is present, but its package does not bring Boost. The switch adds overloads for
// Boost types to header templates and changes no class of the library, so it can be taken back.
#pragma once

#include <soci/soci-config.h>
#undef SOCI_HAVE_BOOST
#undef SOCI_HAVE_BOOST_DATE_TIME
#include <soci/soci.h>
