#!/usr/bin/env bash
# Three hosts on one LAN start in each of the six orders; always everybody has found everybody soon, and all have the
# same history.
#
#   alice 10.1.0.1 ──┐
#   bob   10.1.0.2 ──┼── home
#   carol 10.1.0.3 ──┘
. "$(dirname "$0")/netns.sh"
lan home
host alice
plug alice home 10.1.0.1/24
host bob
plug bob home 10.1.0.2/24
host carol
plug carol home 10.1.0.3/24
play <<'PYTHON'
from start_orders import play_all_orders

play_all_orders()
PYTHON
