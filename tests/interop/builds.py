"""Building the peers of other implementations, each with its own toolchain.

Everything built goes below the build folder, never into the source tree.
"""

import os
import shutil
import subprocess

from party import Failure

from peers import GoPeer, JsPeer, RustPeer
from scene import NotRun

HERE = os.path.dirname(os.path.abspath(__file__))
OLDEST_NODE = 20

# Without these on the PATH, where their installers put them.
USUAL_PLACES = ("/usr/local/go/bin", os.path.expanduser("~/.cargo/bin"))


def tool(name):
    path = shutil.which(name, path=os.pathsep.join((os.environ["PATH"], *USUAL_PLACES)))
    if path is None:
        raise NotRun(f"{name} is not installed")
    return path


def run(command, folder, **environment):
    """Runs a build step at low priority; whether it went well, and what it said."""
    done = subprocess.run(
        ["nice", *command], cwd=folder, env={**os.environ, **environment},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode == 0, done.stdout


def fetch(name, command, folder, **environment):
    """Brings the pinned packages here. Being offline is no failure of ours."""
    good, output = run(command, folder, **environment)
    if not good:
        lines = output.strip().splitlines() or ["no reason given"]
        raise NotRun(f"the packages of the {name} peer cannot be had: {lines[-1]}")


def compile_peer(name, command, folder, **environment):
    good, output = run(command, folder, **environment)
    if not good:
        raise Failure(f"the {name} peer does not build:\n{output}")


def build_go(folder):
    go, source = tool("go"), os.path.join(HERE, "go")
    program = os.path.join(folder, "gopeer")
    fetch("go", [go, "mod", "download"], source)
    compile_peer("go", [go, "build", "-mod=readonly", "-trimpath", "-o", program, "."], source)
    GoPeer.command = [program]


def build_rust(folder):
    cargo, source = tool("cargo"), os.path.join(HERE, "rust")
    target = os.path.join(folder, "rust")
    fetch("rust", [cargo, "fetch", "--locked"], source)
    compile_peer("rust", [cargo, "build", "--locked", "--offline", "--target-dir", target], source)
    RustPeer.command = [os.path.join(target, "debug", "rustpeer")]


def build_js(folder):
    node, npm, source = tool("node"), tool("npm"), os.path.join(HERE, "js")
    version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout.strip()
    if int(version.lstrip("v").split(".")[0]) < OLDEST_NODE:
        raise NotRun(f"node {version} is older than {OLDEST_NODE}")
    # Node looks for packages next to the program, so the program moves too.
    target = os.path.join(folder, "js")
    installed = os.path.join(target, "node_modules", ".package-lock.json")
    lock = os.path.join(source, "package-lock.json")
    fresh = os.path.exists(installed) and os.path.getmtime(installed) > os.path.getmtime(lock)
    shutil.copytree(source, target, dirs_exist_ok=True,
                    ignore=shutil.ignore_patterns("node_modules"))
    if not fresh:
        fetch("js", [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], target)
    JsPeer.command = [node, os.path.join(target, "peer.js")]


BUILDERS = {"go": build_go, "rust": build_rust, "js": build_js}


def build(kind, folder):
    """Makes peers of the kind ready to start.

    Raises NotRun if it cannot be built here, Failure if it ought to and does
    not.
    """
    os.makedirs(folder, exist_ok=True)
    BUILDERS[kind](folder)
