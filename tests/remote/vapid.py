"""Checks who sends a message of Web Push: python vapid.py PRIVATE-KEY AUTHORIZATION ORIGIN, and answers the claims."""

import base64
import json
import sys

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

private, authorization, origin = sys.argv[1:]


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


scheme, parameters = authorization.split(" ", 1)
assert scheme == "vapid"
token, key = (part.strip().split("=", 1)[1] for part in parameters.split(","))
public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(key))
derived = ec.derive_private_key(int.from_bytes(decoded(private), "big"), ec.SECP256R1()).public_key()
assert derived == public
assert derived.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint) == decoded(key)
# Its time is the test's.
told = {"verify_exp": False, "require": ["aud", "exp", "sub"]}
print(json.dumps(jwt.decode(token, public, algorithms=["ES256"], audience=origin, options=told)))
