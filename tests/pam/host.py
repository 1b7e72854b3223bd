"""A program that logs in through PAM again and again, and looks at what that leaves in it.

Usage: host.py SERVICE USER ANSWER TIMES. It prints the codes that libpam gave, each once, and then what has changed.
"""

import sys
import syslog

from libpam import answering, left, log_in

service, user, answer, times = sys.argv[1:]
converse = answering(answer)
# The descriptor of the system's log is the program's own.
syslog.syslog(syslog.LOG_DEBUG, "a test of the PAM module begins")
before = left()
print(*sorted({log_in(service, user, converse) for _ in range(int(times))}))
after = left()
print({what: (before[what], after[what]) for what in before if before[what] != after[what]})
