/* Everything at once. */
#ifndef GOSSIPCHAT_H
#define GOSSIPCHAT_H

#include "api.h"
#include "command.h"
#include "error.h"
#include "event.h"
#include "gossipchat/version.h"
#include "history.h"
#include "identity.h"
#include "limits.h"
#include "node.h"
#include "params.h"
#include "trace.h"
#include "types.h"

#endif
