#include "table/columns.hpp"
