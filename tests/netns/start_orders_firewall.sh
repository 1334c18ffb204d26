#!/usr/bin/env bash
# The same in front of and behind a firewall: whoever starts first or last, and whoever has the larger id, it is bob who
# must dial.
#
#   alice 10.1.0.1 ──────────────┐
#   bob   10.1.0.2 ──▌firewall▐──┼── home
#   carol 10.1.0.3 ──────────────┘
. "$(dirname "$0")/netns.sh"
lan home
host alice
plug alice home 10.1.0.1/24
host bob
plug bob home 10.1.0.2/24
host carol
plug carol home 10.1.0.3/24
refuse_calls bob
play <<'PYTHON'
from start_orders import play_all_orders

play_all_orders()
PYTHON
