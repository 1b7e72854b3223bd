"""Does for each job what mfa.py did, in the store's folder of secrets; answers in JSON."""

import hashlib
import json
import os
import sys

import pyotp


def read(job):
    with open(job["secret_file"]) as file:
        return file.read()


def create(job):
    with open(os.open(job["secret_file"], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(pyotp.random_base32())
    return code(job)


def code(job):
    return pyotp.TOTP(read(job)).now()


def verify(job):
    return pyotp.TOTP(read(job)).verify(job["code"], valid_window=1)


def uri(job):
    digest = getattr(hashlib, job["algorithm"].lower())
    totp = pyotp.TOTP(read(job), digits=job["digits"], digest=digest, interval=job["period"])
    return totp.provisioning_uri(name=job["account"], issuer_name=job["issuer"])


def parse(job):
    totp = pyotp.parse_uri(job["uri"])
    return [totp.issuer, totp.name]


json.dump([globals()[job["do"]](job) for job in json.load(sys.stdin)], sys.stdout)
