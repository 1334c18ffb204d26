/* Unpredictable bytes from the operating system. */
#ifndef HOST_ENTROPY_OS_H
#define HOST_ENTROPY_OS_H

#include "base/entropy.h"

/* Never fails: a system without entropy ends the program, for nothing would be safe there. */
struct entropy entropy_os(void);

#endif
