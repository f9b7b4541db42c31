#include "sextant/governance/governance.h"
