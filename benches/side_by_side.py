#!/usr/bin/env python3
"""Times whole processes of mfa beside the programs that do the nearest thing.

    cargo build --release
    python3 benches/side_by_side.py [--rounds N] [--mfa PATH] [--static PATH] [--markdown]

Each pair runs in turn (A B, B A, A B …), so that whatever else the machine does falls on both
alike; what counts is the median of the ratios within the rounds, not the times. The store is on a
memory file system, where the peers do not sync and our syncs cost only their calls: a disk would
be all that is measured otherwise. A figure over the project's limit is marked OVER and fails
nothing: this is a benchmark, not a test. Peers: oathtool, qrencode, and ls and true of coreutils.
"""

import argparse
import base64
import fcntl
import hashlib
import hmac
import itertools
import os
import platform
import random
import shutil
import statistics
import struct
import sys
import tempfile
import time
import urllib.parse
import zlib
from pathlib import Path

MEMORY = "/dev/shm"
MANY, FEW = 100_000, 10
MEMORY_LIMIT = 10_000  # kB
KEY = b"12345678901234567890"
SECRET = base64.b32encode(KEY).decode()
ACCOUNT = "somebody@example.com"


def code(ago=0):
    """Returns the code of KEY that is current, or was so many seconds ago (RFC 6238)."""
    digest = hmac.digest(KEY, struct.pack(">Q", int(time.time() - ago) // 30), hashlib.sha1)
    number = struct.unpack_from(">I", digest, digest[-1] & 15)[0] & 0x7FFF_FFFF
    return f"{number % 1_000_000:06}"


def uri(issuer):
    """Writes the URI that pyotp writes, and mfa."""
    quote = urllib.parse.quote
    label = f"{quote(issuer)}:{quote(ACCOUNT)}"
    return f"otpauth://totp/{label}?secret={SECRET}&issuer={quote(issuer)}"


def spawn(argv, stdout=None):
    """Starts a program with no environment, stdin empty and stdout thrown away or given."""
    null = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1)]
    given = [(os.POSIX_SPAWN_DUP2, stdout, 1)] if stdout is not None else []
    return os.posix_spawn(argv[0], argv, {}, file_actions=null + given)


def ended(pid, argv):
    """Waits for a program; one that fails did not do what is to be timed."""
    status = os.waitstatus_to_exitcode(os.wait4(pid, 0)[1])
    if status != 0:
        sys.exit(f"error: status {status} of {' '.join(map(str, argv))}")


def timed(argv):
    """Returns the wall time of a run in milliseconds."""
    start = time.perf_counter_ns()
    ended(spawn(argv), argv)
    return (time.perf_counter_ns() - start) / 1e6


def compare(ours, peer, rounds):
    """Times two commands in turn; each is a function that prepares a run and gives its argv."""
    timed(ours()), timed(peer())  # Warms the caches up.
    pairs = []
    for number in range(rounds):
        if number % 2:
            pairs.append((timed(ours()), timed(peer())))
        else:
            pairs.append(tuple(reversed((timed(peer()), timed(ours())))))
    return pairs


def peak_memory(argv, output):
    """Returns the most resident memory (kB) of a program that prints so many bytes.

    The kernel counts the memory of this script into a child's ru_maxrss; so the child is asked
    itself, while it still has more to write than the pipe holds.
    """
    reader, writer = os.pipe()
    room = fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    pid = spawn(argv, writer)
    os.close(writer)
    left = output
    while left > room + 1:
        chunk = os.read(reader, min(room, left - room - 1))
        if not chunk:
            sys.exit(f"error: {' '.join(argv)} printed {left} bytes less than {output}")
        left -= len(chunk)
    status = Path(f"/proc/{pid}/status").read_text()
    while os.read(reader, room):
        pass
    os.close(reader)
    ended(pid, argv)
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


def new_store(path, apps):
    """Makes a store of so many apps, and gives their names.

    The first one can be authenticated, the others are empty files: nobody opens them, and each
    would take a page of memory.
    """
    names = [f"Example Corp {number:06}" for number in range(apps)]
    for folder in (path, path / "secrets", path / "state", path / "img"):
        folder.mkdir(mode=0o700)
    # In no order, as a folder has them: sorting what is sorted takes no time.
    for name in random.Random(0).sample(names, apps):
        (path / "secrets" / name).touch(mode=0o600)
    for name in names[:1]:
        (path / "secrets" / name).write_text(SECRET)
    return names


class Gate:
    """Authenticates one app again and again, which was used before, and is accepted each time."""

    def __init__(self, mfa, store, app, *more):
        self.argv = [mfa, "--store", str(store), *more, "authenticate", app, "-o"]
        self.state = store / "state" / f"{app}.json"
        argv = [*self.argv, code(ago=30)]
        ended(spawn(argv), argv)
        self.before = self.state.read_bytes()

    def __call__(self):
        # Else the code would be a used one.
        self.state.write_bytes(self.before)
        return [*self.argv, code()]


def sealed(mfa, folder, apps):
    """Makes a store of so many apps whose first is sealed, and authenticates that one."""
    store, key = folder / "sealed", folder / "key"
    app = new_store(store, apps)[0]
    with_key = ["--key-file", str(key)]
    for argv in ([mfa, "keygen", str(key)], [mfa, "--store", str(store), *with_key, "encrypt", app]):
        ended(spawn(argv), argv)
    return Gate(mfa, store, app, *with_key)


def drawing(side):
    """Makes a PNG, RGBA: two discs with gradients on a gradient, around them transparent."""

    discs = (0.5, 0.5, 0.5, 0), (0.4, 0.4, 0.3, 90), (0.65, 0.6, 0.2, 160)

    def row(y):
        pixels = bytearray(side * 4)
        for cx, cy, radius, tint in discs:
            inside = (radius * side) ** 2 - (y - cy * side) ** 2
            half = int(inside**0.5) if inside > 0 else 0
            for x in range(max(0, int(cx * side) - half), min(side, int(cx * side) + half)):
                red, green = (x * 255 // side + tint) % 256, y * 255 // side
                pixels[x * 4 : x * 4 + 4] = bytes((red, green, 200 - tint, 255))
        return pixels

    def chunk(kind, data):
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    rows = [bytearray(side * 4), *map(row, range(side))]
    # The filter Up: each byte less the one above.
    pairs = itertools.pairwise(rows)
    filtered = (bytes([2, *((b - a) & 255 for a, b in zip(*pair))]) for pair in pairs)
    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(b"".join(filtered)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + data + chunk(b"IEND", b"")


def machine(folder):
    """Names what the figures hold for."""
    cpus = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line]
    model = cpus[0].split(":")[1].strip() if cpus else platform.machine()
    mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text().splitlines()]
    above = [mount for mount in mounts if str(folder).startswith(mount[0])]
    kind = max(above, key=lambda mount: len(mount[0]))[1]
    return f"{model}, {os.cpu_count()} cores, Linux {platform.release()}, {kind}"


def table(rows, markdown):
    """Prints rows in columns of equal width."""
    widths = [max(map(len, column)) for column in zip(*rows)]
    edge, between = ("|", " | ") if markdown else ("", "  ")
    lines = [between.join(cell.ljust(width) for cell, width in zip(row, widths)) for row in rows]
    if markdown:
        lines = [f"| {line} |" for line in lines]
        lines.insert(1, edge + "|".join("-" * (width + 2) for width in widths) + edge)
    print("\n".join(line.rstrip() for line in lines))


def main():
    default = Path(__file__).parent.parent / "target/release/mfa"
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=1000, help="of each pair; fewer of slow ones")
    parser.add_argument("--mfa", type=Path, default=default, help="the release binary")
    parser.add_argument("--static", type=Path, help="a static binary, to be timed beside it")
    parser.add_argument("--markdown", action="store_true", help="print a table for docs/speed.md")
    args = parser.parse_args()
    if not args.mfa.is_file():
        sys.exit(f"error: there is no {args.mfa}: cargo build --release")
    if args.static and not args.static.is_file():
        sys.exit(f"error: there is no {args.static}: packaging/build")
    peers = {name: shutil.which(name) for name in ("ls", "oathtool", "qrencode", "true")}
    if missing := [name for name, path in peers.items() if path is None]:
        print(f"error: not installed: {', '.join(missing)}", file=sys.stderr)
        sys.exit(2)
    if not os.path.ismount(MEMORY):
        sys.exit(f"error: {MEMORY} is no memory file system")
    with tempfile.TemporaryDirectory(dir=MEMORY, prefix="mfa-bench-") as folder:
        run(str(args.mfa.resolve()), peers, Path(folder), args)


def run(mfa, peers, folder, args):
    """Times every pair and prints the table."""
    many, few, new = folder / "many", folder / "few", folder / "new"
    apps = new_store(many, MANY)
    gates = [Gate(mfa, many, apps[0]), Gate(mfa, few, new_store(few, FEW)[0])]
    new_store(new, 0)
    logo = folder / "logo.png"
    logo.write_bytes(drawing(1000))
    issuers = (f"Example Corp {number:06}" for number in itertools.count())

    def create(*more):
        fixed = [mfa, "--store", str(new), "create", "-n", ACCOUNT, *more]
        return lambda: [*fixed, "-i", next(issuers)]

    def qrencode():
        image = str(folder / "peer.png")
        return [peers["qrencode"], "-l", "H", "-s", "10", "-o", image, uri(apps[0])]

    def oathtool():
        return [peers["oathtool"], "--totp", "-b", "-w", "1", SECRET, code()]

    listing = [mfa, "--store", str(many), "list"]
    # Name, ours, peer, the project's limit, of the ratio or in ms, and what divides the rounds.
    pairs = [
        (f"list, {MANY:,} apps / ls -f", lambda: listing,
         lambda: [peers["ls"], "-f", str(many / "secrets")], 1.15, "", 5),
        ("authenticate / oathtool -w 1", gates[1], oathtool, 2.2, "", 1),
        (f"authenticate, {MANY:,} apps / {FEW}", gates[0], gates[1], 1.1, "", 1),
        ("authenticate, sealed / plain", sealed(mfa, folder, FEW), gates[1], 1.1, "", 1),
        ("create / qrencode -l H -s 10", create(), qrencode, 3, "", 1),
        ("create --logo, 1000x1000 / create", create("--logo", str(logo)), create(), 60, " ms", 2),
        ("--version / true", lambda: [mfa, "--version"], lambda: [peers["true"]], 2, "", 1),
    ]
    if args.static:
        static = str(args.static.resolve())
        new_store(folder / "static", FEW)
        gate = Gate(static, folder / "static", apps[0])
        pairs += [
            ("--version, static / not", lambda: [static, "--version"], lambda: [mfa, "--version"], 1, "", 1),
            ("authenticate, static / not", gate, gates[1], 1, "", 1),
            ("authenticate, static / oathtool -w 1", gate, oathtool, 2.2, "", 1),
        ]
    rows = [["mfa / peer", "mfa", "peer", "ratio", "quartiles", "limit", ""]]
    for name, ours, peer, limit, unit, slow in pairs:
        results = compare(ours, peer, max(2, args.rounds // slow))
        times = [statistics.median(column) for column in zip(*results)]
        low, ratio, high = statistics.quantiles((a / b for a, b in results), n=4)
        told = [f"{time:.2f} ms" for time in times] + [f"{ratio:.2f}", f"{low:.2f} to {high:.2f}"]
        mark = "OVER" if (times[0] if unit else ratio) > limit else ""
        rows.append([name, *told, f"{limit}{unit}", mark])
    output = sum(len(f"App Name: {app}\n") for app in apps) + len("--------\n")
    peak = peak_memory(listing, output)
    mark = "OVER" if peak > MEMORY_LIMIT else ""
    limit = f"{MEMORY_LIMIT / 1000:.0f} MB"
    rows.append([f"list, {MANY:,} apps, memory", f"{peak / 1000:.1f} MB", "", "", "", limit, mark])
    if not any(row[-1] for row in rows):
        rows = [row[:-1] for row in rows]
    table(rows, args.markdown)
    print(f"\nMedians of {args.rounds} rounds (list: a fifth, logo: half). {machine(folder)}.")


if __name__ == "__main__":
    main()
