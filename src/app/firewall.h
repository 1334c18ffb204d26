/* What stands between this machine and its network, as far as a program may see it. */
#ifndef APP_FIREWALL_H
#define APP_FIREWALL_H

#include "doctor/examination.h"

/* Fills in the facts about firewall, container and avahi, for the port of the facts. */
void firewall_look(struct doctor_facts *facts);

#endif
