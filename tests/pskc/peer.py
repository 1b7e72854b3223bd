"""Writes PSKC files of random tokens into a folder, and answers what is in them, in JSON."""

import json
import os
import random
import sys

import pskc

folder = sys.argv[1]
CIPHERS = {16: "aes128-cbc", 24: "aes192-cbc", 32: "aes256-cbc"}


def token(serial):
    kind = random.choice(["hotp", "totp"])
    told = {"serial": serial, "manufacturer": "Peer", "algorithm": f"urn:ietf:params:xml:ns:keyprov:pskc:{kind}",
            "secret": os.urandom(random.randint(10, 64)), "response_length": random.choice([6, 7, 8]),
            "response_encoding": "DECIMAL", "key_userid": f"user {serial}"}
    if kind == "hotp":
        return told | {"counter": random.choice([0, random.randrange(2**20), 2**64 - 1])}
    return told | {"time_interval": random.choice([30, 60]), "time_drift": random.randint(-50, 50)}


def seal(container, number):
    """Encrypts every third file with a key, and every third with a password."""
    length = random.choice(list(CIPHERS))
    fields = ["secret", "counter"] if number % 2 else ["secret"]
    container.mac.algorithm = random.choice(["hmac-sha1", "hmac-sha256"])
    if number % 3 == 1:
        key = os.urandom(length)
        container.encryption.setup_preshared_key(key=key, algorithm=CIPHERS[length], fields=fields)
        return {"key": key.hex()}
    prf = random.choice(["hmac-sha1", "hmac-sha256"])
    container.encryption.setup_pbkdf2("correct horse", iterations=1000, algorithm=CIPHERS[length],
                                      key_length=length, prf=prf, fields=fields)
    return {"password": "correct horse"}


def file(number):
    container = pskc.PSKC()
    tokens = [token(f"{number}-{index}") for index in range(10)]
    opens = seal(container, number) if number % 3 else {}
    for told in tokens:
        container.add_key(**told)
    path = os.path.join(folder, f"{number}.xml")
    container.write(path)
    return opens | {"path": path, "tokens": [told | {"secret": told["secret"].hex()} for told in tokens]}


json.dump([file(number) for number in range(50)], sys.stdout)
