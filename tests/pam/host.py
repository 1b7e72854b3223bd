"""A program that logs in through PAM again and again, and looks at what that leaves in it.

Usage: host.py SERVICE USER ANSWER TIMES. It prints the codes that libpam gave, each once, and then what has changed.
"""

import ctypes
import os
import re
import sys
import syslog

PROMPTS = (1, 2)

# Signals 32 and 33, which the C library keeps for itself, and handles from the first thread on.
OF_THREADS = 0b11 << 31


class Message(ctypes.Structure):
    _fields_ = [("style", ctypes.c_int), ("text", ctypes.c_char_p)]


class Response(ctypes.Structure):
    _fields_ = [("text", ctypes.c_void_p), ("unused", ctypes.c_int)]


Converse = ctypes.CFUNCTYPE(
    ctypes.c_int,
    ctypes.c_int,
    ctypes.POINTER(ctypes.POINTER(Message)),
    ctypes.POINTER(ctypes.POINTER(Response)),
    ctypes.c_void_p,
)


class Conversation(ctypes.Structure):
    _fields_ = [("converse", Converse), ("data", ctypes.c_void_p)]


libc = ctypes.CDLL("libc.so.6")
libc.calloc.restype = libc.strdup.restype = ctypes.c_void_p
libpam = ctypes.CDLL("libpam.so.0")


def answering(answer):
    @Converse
    def converse(count, messages, responses, _):
        memory = libc.calloc(count, ctypes.sizeof(Response))
        responses[0] = ctypes.cast(memory, ctypes.POINTER(Response))
        for number in range(count):
            if messages[number].contents.style in PROMPTS:
                responses[0][number].text = libc.strdup(answer.encode())
        return 0

    return converse


def log_in(service, user, converse):
    handle = ctypes.c_void_p()
    conversation = Conversation(converse, None)
    arguments = service.encode(), user.encode(), ctypes.byref(conversation), ctypes.byref(handle)
    assert libpam.pam_start(*arguments) == 0
    code = libpam.pam_authenticate(handle, 0)
    libpam.pam_end(handle, code)
    return code


def descriptors():
    for number in os.listdir("/proc/self/fd"):
        try:
            yield number, os.readlink(f"/proc/self/fd/{number}")
        except FileNotFoundError:
            # That of the listing itself.
            pass


def left():
    status = open("/proc/self/status").read()
    signals = re.findall(r"^(Sig(?:Blk|Ign|Cgt)):\s*(\S+)", status, re.M)
    signals = [(what, int(mask, 16) & ~OF_THREADS) for what, mask in signals]
    return {"signals": signals, "descriptors": list(descriptors()), "threads": os.listdir("/proc/self/task")}


service, user, answer, times = sys.argv[1:]
converse = answering(answer)
# The descriptor of the system's log is the program's own.
syslog.syslog(syslog.LOG_DEBUG, "a test of the PAM module begins")
before = left()
print(*sorted({log_in(service, user, converse) for _ in range(int(times))}))
after = left()
print({what: (before[what], after[what]) for what in before if before[what] != after[what]})
