# shellcheck shell=bash
# Networks for tests: hosts, switches, routers, firewalls and bad cables out of network namespaces.
#
# A scenario is a bash script that draws its network, sources this file, builds the network with the verbs below, and
# plays on it in Python (stage.py):
#
#     . "$(dirname "$0")/netns.sh"
#     lan home
#     host alice; plug alice home 10.1.0.1/24
#     host bob;   plug bob home 10.1.0.2/24
#     play <<'PYTHON'
#     alice, bob = start("alice"), start("bob")
#     ...
#     PYTHON
#
# Sourcing it starts the script once more, as the first process of a world of its own (namespaces for network, mounts
# and processes). When that process ends, for whatever reason, SIGKILL included, the kernel ends all the others and
# takes every namespace, device and file of the world with it. `timeout` ends it if nothing else does.
#
# What a host cannot do is no failure but NOT RUN, with its reason: without rights to make namespaces, without a
# command or a feature of the kernel the script ends with code 77.
#
# Environment: GOSSIPCHAT_PROGRAM and GOSSIPCHAT_WIRE are the programs under test; GOSSIPCHAT_TEST_NAME is the name in
# reports; GOSSIPCHAT_SCENARIO_SECONDS bounds the run (default 120).

set -euo pipefail

netns_folder=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
scenario_name=${GOSSIPCHAT_TEST_NAME:-network.$(basename "$0" .sh)}

# Ends the script: this machine cannot run it, because of REASON.
not_run() {
    echo "NOT RUN $scenario_name: $*"
    exit 77
}

# Ends the script: something is wrong with the scenario or with what it tests.
die() {
    echo "$scenario_name: $*"
    exit 1
}

# Ends the script as NOT RUN unless every COMMAND is there.
needs() {
    local command
    for command in "$@"; do
        command -v "$command" >/dev/null || not_run "there is no command $command"
    done
}

enter_world() {
    local flags=(--net --mount --pid --fork --kill-child --mount-proc) reason
    needs ip python3 unshare setpriv timeout
    [ "$(id -u)" -eq 0 ] || flags+=(--user --map-root-user)
    reason=$(unshare "${flags[@]}" mount -t tmpfs tmpfs /run 2>&1) || not_run "no namespaces here: ${reason##*$'\n'}"
    export GOSSIPCHAT_WORLD=$$
    exec timeout --kill-after=5 "${GOSSIPCHAT_SCENARIO_SECONDS:-120}" setpriv --pdeathsig KILL \
        unshare "${flags[@]}" "$BASH" "$0" "$@"
}

[ -n "${GOSSIPCHAT_WORLD:-}" ] || enter_world "$@"

trap 'exit 130' INT
trap 'exit 143' TERM

# Everything a scenario writes vanishes with this mount. It also hides the names of other namespaces.
mount -t tmpfs tmpfs /run
world=/run/world
mkdir -p "$world"
ip link set lo up
ip link add probe0 type veth peer name probe1 2>/dev/null || not_run "this kernel has no veth devices"
ip link add probe2 type bridge 2>/dev/null || not_run "this kernel has no bridges"
ip link del probe0
ip link del probe2

declare -A card_count=() # by host: how many network cards it has

# The name of the namespace of host or switch NAME.
place() {
    echo "gc-$GOSSIPCHAT_WORLD-$1"
}

# Runs a command in the place of NAME: inside NAME COMMAND...
inside() {
    local name=$1
    shift
    ip netns exec "$(place "$name")" "$@"
}

# A switch that floods all it does not know, multicast included: lan NAME
lan() {
    ip netns add "$(place "$1")"
    inside "$1" ip link set lo up
    inside "$1" ip link add switch type bridge stp_state 0 mcast_snooping 0
    inside "$1" ip link set switch up
}

# A cable between two switches, which then are one LAN: join_lans LAN OTHER-LAN
join_lans() {
    local lan
    ip link add uplink netns "$(place "$1")" type veth peer name uplink netns "$(place "$2")"
    for lan in "$1" "$2"; do
        inside "$lan" ip link set uplink master switch up
    done
}

# A machine without network cards: host NAME
host() {
    ip netns add "$(place "$1")"
    inside "$1" ip link set lo up
    card_count[$1]=0
}

# Joins the new card of HOST, eth0 first, to LAN, gives it its addresses and switches it on. IPv6 is on only if an
# address is of that kind or the word link-local stands among them, so that a scenario for IPv4 proves something about
# IPv4. attach HOST LAN [ADDRESS/LENGTH | link-local]...
attach() {
    local host=$1 lan=$2 card=eth${card_count[$1]} has_ipv6=0 address
    shift 2
    [[ " $* " != *:* && " $* " != *" link-local "* ]] || has_ipv6=1
    [ -d /proc/sys/net/ipv6 ] || [ $has_ipv6 -eq 0 ] || not_run "this kernel has no IPv6"
    if [ -d /proc/sys/net/ipv6 ]; then
        # Nobody else can have these addresses: no need to wait until that is found out.
        inside "$host" sh -c "cd /proc/sys/net/ipv6/conf/$card && echo 0 >accept_dad &&
            echo $((1 - has_ipv6)) >disable_ipv6"
    fi
    inside "$lan" ip link set "$host-$card" master switch up
    inside "$host" ip link set "$card" up
    for address in "$@"; do
        [ "$address" = link-local ] || inside "$host" ip address add "$address" dev "$card"
    done
    echo "$lan" >"$world/$host-$card.lan"
    card_count[$host]=$((card_count[$host] + 1))
}

# A network card on a cable to a switch: plug HOST LAN [ADDRESS/LENGTH | link-local]...
plug() {
    local card=eth${card_count[$1]}
    ip link add "$card" netns "$(place "$1")" type veth peer name "$1-$card" netns "$(place "$2")"
    attach "$@"
}

# The same, with the emulator as the cable: plug_wire HOST LAN 'COMMAND;COMMAND...' [ADDRESS/LENGTH | link-local]...
# To the right is away from the host. stage.py speaks to it through the two pipes, which stay open here.
plug_wire() {
    local host=$1 lan=$2 card=eth${card_count[$1]} commands answer control replies
    IFS=';' read -r -a commands <<<"$3"
    shift 3
    needs "$GOSSIPCHAT_WIRE"
    { : >>/dev/net/tun; } 2>/dev/null || not_run "cannot open /dev/net/tun"
    mkfifo "$world/$host-$card.control" "$world/$host-$card.replies"
    exec {control}<>"$world/$host-$card.control" {replies}<>"$world/$host-$card.replies"
    "$GOSSIPCHAT_WIRE" --left "$card@$(place "$host")" --right "$host-$card@$(place "$lan")" --seed 1 \
        "${commands[@]}" <&"$control" >&"$replies" &
    for _ in ready "${commands[@]}"; do
        read -r -t 10 answer <&"$replies" || die "the emulator does not answer"
        [[ $answer = ready || $answer = ok ]] || die "the emulator says: $answer"
    done
    attach "$host" "$lan" "$@"
}

# A host that passes packets on, but no multicast: router NAME
router() {
    host "$1"
    inside "$1" sh -c "echo 1 >/proc/sys/net/ipv4/ip_forward"
    [ ! -d /proc/sys/net/ipv6 ] || inside "$1" sh -c "echo 1 >/proc/sys/net/ipv6/conf/all/forwarding"
}

# The way of HOST to everywhere else: gateway HOST ADDRESS
gateway() {
    inside "$1" ip route add default via "$2"
}

# A firewall as on many laptops: HOST may call anybody, mDNS comes in, but a TCP connection to HOST is refused without
# a word. refuse_calls HOST
refuse_calls() {
    needs nft
    inside "$1" nft list ruleset >/dev/null 2>&1 || not_run "this kernel has no nftables"
    inside "$1" nft -f - <<'NFT'
table inet laptop {
    chain input {
        type filter hook input priority 0; policy drop;
        iif lo accept
        ct state established,related accept
        udp dport 5353 accept
        meta l4proto { 1, 58 } accept comment "ICMP; by number, as names need /etc/protocols"
    }
}
NFT
}

# Plays the Python on stdin with stage.py at hand, and ends the script with its result.
play() {
    cat >"$world/scenario.py"
    PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$netns_folder:$netns_folder/../support" GOSSIPCHAT_WORLD_FOLDER=$world \
        TMPDIR=$world python3 "$world/scenario.py"
    exit $?
}
