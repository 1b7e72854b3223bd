import hashlib
import json
import sys

import pyotp


def written(account):
    digest = getattr(hashlib, account["algorithm"].lower())
    if account["counter"] is not None:
        hotp = pyotp.HOTP(account["secret"], digits=account["digits"], digest=digest)
        uri = hotp.provisioning_uri(
            name=account["name"], issuer_name=account["issuer"], initial_count=account["counter"]
        )
        return [uri, hotp.at(account["counter"])]
    # pyotp takes no longer ones.
    period = min(account["period"], 120)
    totp = pyotp.TOTP(account["secret"], digits=account["digits"], digest=digest, interval=period)
    uri = totp.provisioning_uri(name=account["name"], issuer_name=account["issuer"])
    return [uri, totp.at(account["now"])]


json.dump([written(account) for account in json.load(sys.stdin)], sys.stdout)
