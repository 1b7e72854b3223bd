"""A program that has handlers of its own for signals, and gets them while it logs in through PAM.

Usage: signals.py SERVICE USER ANSWER [NAME]. At each question it gets every signal, and the one of an alarm ten times a second; after
that of this name nobody answers. It prints the code that libpam gave, the signals that it has handled, whether there were threads
of the module and which of the signals come to those, and whether all is as before.
"""

import ctypes
import os
import signal
import sys
import syslog
import time

from libpam import answering, left, libc, log_in

SIGNALS = [signal.SIGHUP, signal.SIGINT, signal.SIGPIPE, signal.SIGALRM, signal.SIGTERM, signal.SIGCHLD]

service, user, answer, *gives_up = sys.argv[1:]
handled = []
strays = set()


class Action(ctypes.Structure):
    """What glibc calls `struct sigaction`; of the mask only the beginning is used."""

    _fields_ = [
        ("handler", ctypes.c_void_p),
        ("mask", ctypes.c_uint64 * 16),
        ("flags", ctypes.c_int),
        ("restorer", ctypes.c_void_p),
    ]


def actions():
    """Returns what is done at each signal, as the system has it."""
    action = Action()
    for number in SIGNALS:
        assert libc.sigaction(number, None, ctypes.byref(action)) == 0
        yield number.name, action.handler, action.mask[0], action.flags


def taken_elsewhere():
    """Returns the signals that come to threads of the module."""
    threads = set(os.listdir("/proc/self/task")) - {str(os.getpid())}
    for thread in threads:
        status = open(f"/proc/self/task/{thread}/status").read()
        mask = int(status.split("SigBlk:")[1].split()[0], 16)
        strays.update(number.name for number in SIGNALS if not mask & 1 << (number - 1))
    return len(threads)


def meanwhile():
    # All of its threads have begun by then.
    time.sleep(0.5)
    threads.append(taken_elsewhere())
    for number in SIGNALS:
        os.kill(os.getpid(), number)
    return not set(gives_up) & set(handled)


threads = []
for number in SIGNALS:
    signal.signal(number, lambda number, _: handled.append(signal.Signals(number).name))
syslog.syslog(syslog.LOG_DEBUG, "a test of the PAM module begins")
before = left(), list(actions())
signal.setitimer(signal.ITIMER_REAL, 0.1, 0.1)
code = log_in(service, user, answering(answer, meanwhile))
signal.setitimer(signal.ITIMER_REAL, 0)
after = left(), list(actions())
print(code)
print(*sorted(set(handled)))
print(any(threads), sorted(strays))
print(before == after)
