#include "src/govern/inputs.h"
