#!/usr/bin/env python3
"""Makes the samples in this folder, of throw-away secrets, without any of mfa's own code.

Needs: pip install cryptography argon2-cffi pynacl 'qrcode[pil]'
The passwords are all "correct horse". Run in this folder; salts are fixed, so that nothing changes.
"""

import base64
import csv
import hashlib
import hmac
import io
import json
import struct
from urllib.parse import quote
from xml.sax.saxutils import escape

import argon2.low_level
import nacl.bindings
import qrcode
from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from PIL import Image, ImageFilter, ImageOps

PASSWORD = b"correct horse"
KEYS = [bytes(range(start, start + size)) for start, size in
        [(1, 20), (31, 32), (71, 10), (91, 20), (121, 16), (141, 20), (171, 5), (181, 20), (201, 20)]]
# The counter of all codes by counter.
COUNTER = 5
# kind, issuer, account, algorithm, digits, period, key; the two before the last are to be refused
ENTRIES = [
    ("totp", "Example Corp", "alice@example.com", "SHA1", 6, 30, KEYS[0]),
    ("totp", "Bücher", "bob", "SHA256", 8, 60, KEYS[1]),
    ("totp", "Old Service", "carol", "SHA512", 7, 30, KEYS[2]),
    ("hotp", "Counter", "dave", "SHA1", 6, 30, KEYS[3]),
    ("steam", "Games", "eve", "SHA1", 5, 30, KEYS[4]),
    ("totp", "A:B\a", "x:frank", "SHA1", 6, 30, KEYS[5]),
    ("totp", "Short", "grace", "SHA1", 6, 30, KEYS[6]),
    ("totp", "Long", "heidi", "SHA1", 9, 30, KEYS[7]),
    ("totp", "Fast", "ivan", "SHA1", 6, 10, KEYS[8]),
]


def b32(key):
    return base64.b32encode(key).decode()


def b64(data):
    return base64.b64encode(data).decode()


def write(name, data):
    with open(name, "wb") as file:
        file.write(data if isinstance(data, bytes) else data.encode())


def dump(value, **options):
    return json.dumps(value, ensure_ascii=False, **options)


def pbkdf2(hash, salt, iterations):
    return PBKDF2HMAC(hash, 32, salt, iterations).derive(PASSWORD)


def uri(kind, issuer, account, algorithm, digits, period, key):
    return (f"otpauth://{kind}/{quote(issuer)}:{quote(account)}?secret={b32(key).rstrip('=')}"
            f"&issuer={quote(issuer)}&algorithm={algorithm}&digits={digits}"
            + (f"&counter={COUNTER}" if kind == "hotp" else f"&period={period}"))


def aegis():
    entries = [{"type": kind, "uuid": f"00000000-0000-4000-8000-{i:012}", "name": account,
                "issuer": issuer, "note": "", "favorite": False, "icon": None,
                "info": {"secret": b32(key).rstrip("="), "algo": algorithm, "digits": digits,
                         **({"counter": COUNTER} if kind == "hotp" else {"period": period})},
                "groups": []}
               for i, (kind, issuer, account, algorithm, digits, period, key) in enumerate(ENTRIES)]
    db = {"version": 3, "entries": entries, "groups": [], "icons_optimized": True}
    plain = {"version": 1, "header": {"slots": None, "params": None}, "db": db}
    write("aegis.json", dump(plain, indent=4))

    def sealed(key, nonce, data):
        data = AESGCM(key).encrypt(nonce, data, None)
        return data[:-16], {"nonce": nonce.hex(), "tag": data[-16:].hex()}

    master = bytes(range(32))

    def slot(kind, password, seed, **params):
        salt = bytes([seed]) * 32
        key = Scrypt(salt, 32, params["n"], params["r"], params["p"]).derive(password)
        key, key_params = sealed(key, bytes([seed]) * 12, master)
        return {"type": kind, "uuid": f"00000000-0000-4000-8000-{seed:012}", "key": key.hex(),
                "key_params": key_params, **params, "salt": salt.hex(),
                "repaired": True, "is_backup": False}

    biometric = {name: value for name, value in slot(2, b"", 1, n=2, r=1, p=1).items()
                 if name not in ("n", "r", "p", "salt", "repaired", "is_backup")}
    slots = [biometric, slot(1, b"another", 2, n=1024, r=8, p=1),
             slot(1, PASSWORD, 3, n=32768, r=8, p=1)]
    data, params = sealed(master, b"n" * 12, dump(db, indent=4).encode())
    vault = {"version": 1, "header": {"slots": slots, "params": params}, "db": b64(data)}
    write("aegis_encrypted.json", dump(vault, indent=4))


def two_fas():
    services = [{"name": issuer, "secret": b32(key).rstrip("="), "updatedAt": 0,
                 "otp": {"label": account, "account": account, "issuer": issuer, "digits": digits,
                         **({"counter": COUNTER} if kind == "hotp" else {"period": period}),
                         "algorithm": algorithm, "tokenType": kind.upper(), "source": "Link"},
                 "order": {"position": i}}
                for i, (kind, issuer, account, algorithm, digits, period, key)
                in enumerate(ENTRIES)]
    backup = {"services": services, "groups": [], "updatedAt": 0, "schemaVersion": 4,
              "appVersionCode": 5000009, "appVersionName": "5.1.0", "appOrigin": "android"}
    write("2fas.2fas", dump(backup))
    salt, nonce = b"s" * 256, b"n" * 12
    key = pbkdf2(hashes.SHA256(), salt, 10_000)
    data = AESGCM(key).encrypt(nonce, dump(services).encode(), None)
    backup |= {"services": [], "servicesEncrypted": ":".join(map(b64, (data, salt, nonce)))}
    write("2fas_encrypted.2fas", dump(backup).replace("/", r"\/"))


def andotp():
    entries = [{"secret": b32(key), "issuer": issuer, "label": account, "digits": digits,
                "type": kind.upper(), "algorithm": algorithm, "thumbnail": "Default",
                "last_used": 0, "used_frequency": 0,
                **({"counter": COUNTER} if kind == "hotp" else {"period": period}), "tags": []}
               for kind, issuer, account, algorithm, digits, period, key in ENTRIES]
    for entry in entries:
        if entry["issuer"] == "Bücher":
            entry["label"] = f"{entry.pop('issuer')} - {entry['label']}"
    plain = dump(entries).encode()
    write("andotp.json", plain)
    salt, nonce, iterations = b"\xf1" * 12, b"\xf2" * 12, 145_000
    key = pbkdf2(hashes.SHA1(), salt, iterations)
    write("andotp_encrypted.bin",
          struct.pack(">i", iterations) + salt + nonce + AESGCM(key).encrypt(nonce, plain, None))
    key = hashlib.sha256(PASSWORD).digest()
    write("andotp_encrypted_old.bin", nonce + AESGCM(key).encrypt(nonce, plain, None))


def freeotp_tokens():
    return [{"algo": algorithm, "counter": COUNTER, "digits": digits, "issuerExt": issuer,
             "issuerInt": issuer, "label": account, "period": period,
             "secret": [byte - 256 if byte > 127 else byte for byte in key],
             "type": kind.upper()}
            for kind, issuer, account, algorithm, digits, period, key in ENTRIES
            if kind != "steam"]


def freeotp():
    write("freeotp_plus.json", dump({"tokenOrder": [], "tokens": freeotp_tokens()}))


def bitwarden():
    logins = [(None, None, uri(*ENTRIES[0])), ("Bücher", "bob", b32(KEYS[1]).lower()),
              ("No codes", "x", None), ("Games", "eve", "steam://" + b32(KEYS[4])),
              ("Named", "here", f"otpauth://totp/?secret={b32(KEYS[0])}"),
              ("Short", "grace", b32(KEYS[6])), ("Bad", None, "otpauth://totp/a?secret=1&secret=2")]
    items = [{"id": str(i), "type": 1, "name": name, "notes": None,
              "login": {"uris": None, "username": user, "password": None, "totp": totp}}
             for i, (name, user, totp) in enumerate(logins)]
    items.append({"id": "7", "type": 2, "name": "A note", "secureNote": {"type": 0}})
    vault = {"encrypted": False, "folders": [], "items": items}
    write("bitwarden.json", dump(vault, indent=2))

    def protected(name, key, **params):
        def expand(info):
            return hmac.digest(key, info + b"\x01", "sha256")

        def seal(text):
            padder, iv = padding.PKCS7(128).padder(), b"i" * 16
            encryptor = Cipher(algorithms.AES(expand(b"enc")), modes.CBC(iv)).encryptor()
            data = encryptor.update(padder.update(text) + padder.finalize()) + encryptor.finalize()
            return "2." + "|".join(map(b64, (iv, data, hmac.digest(expand(b"mac"), iv + data, "sha256"))))

        write(name, dump({"encrypted": True, "passwordProtected": True, **params,
                          "encKeyValidation_DO_NOT_EDIT": seal(b"00000000"),
                          "data": seal(dump(vault, indent=2).encode())}, indent=2))

    salt = b64(b"s" * 16)
    protected("bitwarden_pbkdf2.json", pbkdf2(hashes.SHA256(), salt.encode(), 100_000),
              salt=salt, kdfType=0, kdfIterations=100_000)
    key = argon2.low_level.hash_secret_raw(
        PASSWORD, hashlib.sha256(salt.encode()).digest(), 2, 8 * 1024, 2, 32,
        argon2.low_level.Type.ID)
    protected("bitwarden_argon2.json", key, salt=salt, kdfType=1, kdfIterations=2, kdfMemory=8,
              kdfParallelism=2)
    write("bitwarden_account.json", dump({"encrypted": True, "folders": [], "items": []}))


def ente():
    display = quote(json.dumps({"pinned": False, "trashed": False, "tags": []}))
    text = "\n".join(f"{uri(*entry)}&codeDisplay={display}" for entry in ENTRIES[:5])
    write("ente.txt", text)
    salt, memory, passes = b"s" * 16, 8 << 20, 4
    key = argon2.low_level.hash_secret_raw(
        PASSWORD, salt, passes, memory >> 10, 1, 32, argon2.low_level.Type.ID)
    state = nacl.bindings.crypto_secretstream_xchacha20poly1305_state()
    # The same state as init_push makes, whose header is random.
    header = b"h" * nacl.bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
    nacl.bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, header, key)
    data = nacl.bindings.crypto_secretstream_xchacha20poly1305_push(
        state, text.encode(), None, nacl.bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL)
    write("ente_encrypted.json", dump({
        "version": 1, "kdfParams": {"memLimit": memory, "opsLimit": passes, "salt": b64(salt)},
        "encryptedData": b64(data), "encryptionNonce": b64(header)}))


def proton():
    entries = [{"id": str(i), "note": None,
                "content": {"uri": f"steam://{b32(entry[-1])}" if entry[0] == "steam" else uri(*entry),
                            "entry_type": entry[0].capitalize(), "name": entry[2]}}
               for i, entry in enumerate(ENTRIES[:5]) if entry[0] != "hotp"]
    entries.append({"id": "9", "note": "x", "content": {
        "uri": f"otpauth://totp/?secret={b32(KEYS[0])}", "entry_type": "Totp", "name": "named here"}})
    plain = dump({"version": 1, "entries": entries})
    write("proton.json", plain)
    salt, nonce = b"s" * 16, b"n" * 12
    key = argon2.low_level.hash_secret_raw(
        PASSWORD, salt, 2, 19 * 1024, 1, 32, argon2.low_level.Type.ID)
    data = AESGCM(key).encrypt(nonce, plain.encode(), b"proton.authenticator.export.v1")
    write("proton_encrypted.json",
          dump({"version": 1, "salt": b64(salt), "content": b64(nonce + data)}))


def fields(entries, **names):
    """Gives the entries as objects whose members have an app's own names."""
    order = ("kind", "issuer", "account", "algorithm", "digits", "period")
    return [{names[field]: value for field, value in zip(order, entry) if field in names}
            | {names.get("secret", "secret"): b32(entry[-1])} for entry in entries]


def stratum():
    kinds, hashes_ = {"hotp": 1, "totp": 2, "steam": 4}, {"SHA1": 0, "SHA256": 1, "SHA512": 2}
    entries = fields(ENTRIES, kind="Type", issuer="Issuer", account="Username", algorithm="Algorithm",
                     digits="Digits", period="Period", secret="Secret")
    for entry in entries:
        entry |= {"Type": kinds[entry["Type"]], "Algorithm": hashes_[entry["Algorithm"]],
                  "Icon": None, "Pin": None, "Counter": COUNTER, "CopyCount": 0, "Ranking": 0}
    plain = dump({"Authenticators": entries, "Categories": [], "AuthenticatorCategories": [],
                  "CustomIcons": []}).encode()
    write("stratum.json", plain)
    salt, nonce = b"s" * 16, b"n" * 12
    key = argon2.low_level.hash_secret_raw(
        PASSWORD, salt, 3, 64 * 1024, 4, 32, argon2.low_level.Type.ID)
    write("stratum_encrypted.bin",
          b"AUTHENTICATORPRO" + salt + nonce + AESGCM(key).encrypt(nonce, plain, None))
    salt, iv = b"s" * 20, b"i" * 16
    padder = padding.PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(pbkdf2(hashes.SHA1(), salt, 64_000)), modes.CBC(iv)).encryptor()
    data = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
    write("stratum_encrypted_old.bin", b"AuthenticatorPro" + salt + iv + data)


def raivo():
    entries = fields(ENTRIES, kind="kind", issuer="issuer", account="account", algorithm="algorithm",
                     digits="digits", period="timer")
    write("raivo.json", dump([
        {name: str(value) for name, value in entry.items()}
        | {"kind": entry["kind"].upper(), "counter": str(COUNTER), "iconType": "", "pinned": "false"}
        for entry in entries]))


def lastpass():
    totp = [entry for entry in ENTRIES if entry[0] == "totp"]
    accounts = fields(totp, issuer="issuerName", account="userName", algorithm="algorithm",
                      digits="digits", period="timeStep")
    for account in accounts:
        account |= {"accountID": "1", "originalIssuerName": "Original", "originalUserName": "original",
                    "pushNotification": False, "isFavorite": False}
    accounts[0] |= {"originalIssuerName": accounts[0]["issuerName"], "issuerName": ""}
    write("lastpass.json", dump({"deviceId": "", "deviceSecret": "", "localDeviceId": "1",
                                 "deviceName": "phone", "version": 3, "accounts": accounts,
                                 "folders": []}))


def two_fauth():
    accounts = fields(ENTRIES, kind="otp_type", issuer="service", account="account",
                      algorithm="algorithm", digits="digits", period="period")
    for account in accounts:
        account |= {"algorithm": account["algorithm"].lower(), "counter": None, "icon": None,
                    "otp_type": account["otp_type"].replace("steam", "steamtotp"),
                    "legacy_uri": "otpauth://"}
        if account["otp_type"] == "hotp":
            account |= {"period": None, "counter": COUNTER}
    write("2fauth.json", dump({"app": "2fauth_v5.2.0", "schema": 1,
                               "datetime": "2026-01-01T00:00:00Z", "data": accounts}))


def authenticator_extension():
    """Leaves out what is the default, as the extension does."""
    entries = fields(ENTRIES, kind="type", issuer="issuer", account="account",
                     algorithm="algorithm", digits="digits", period="period")
    defaults = {"algorithm": "SHA1", "digits": 6, "period": 30}
    entries[0] |= {"type": "hex", "secret": KEYS[0].hex(), "issuer": "Example Corp::example.com"}
    entries[3] |= {"counter": COUNTER}
    backup = {f"hash{i}": {name: value for name, value in entry.items()
                           if defaults.get(name) != value}
              | {"encrypted": False, "hash": f"hash{i}", "index": i, "dataType": "OTPStorage"}
              for i, entry in enumerate(entries)}
    write("authenticator_extension.json", dump(backup, indent=2).replace("\n", "\r\n"))
    sealed = {"dataType": "EncOTPStorage", "keyId": "1", "data": "c2VhbGVk", "index": 0}
    key = {"dataType": "Key", "id": "1", "salt": "salt", "hash": "hash", "version": 3}
    write("authenticator_extension_encrypted.json", dump({"hash0": sealed, "1": key}))


def cotp():
    write("cotp.json", dump({"items": [uri(*entry) for entry in ENTRIES[:5]] + ["hello", 1]}))


def freeotp_xml():
    tokens = "".join(
        f"    <string name=\"{escape(f'{issuer}:{account}'.replace(chr(7), ''))}\">{escape(dump(token))}</string>\n"
        for (_, issuer, account, *_), token in zip(
            (entry for entry in ENTRIES if entry[0] != "steam"), freeotp_tokens()))
    write("freeotp_tokens.xml", "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n"
          f"{tokens}    <string name=\"tokenOrder\">[&quot;Example Corp:alice@example.com&quot;]</string>\n"
          "</map>\n")


def password_managers():
    """Writes tables of password managers: a URI, a bare secret, a URI in the notes, and none."""
    rows = [("Title, the other", "someone", uri(*ENTRIES[0]), "a \"note\"\nof two lines, nothing more"),
            ("Named", "here", b32(KEYS[1]).lower(), ""),
            ("No codes", "x", "", ""),
            ("Noted", "me", "", f"recovery:\n{uri(*ENTRIES[2])} (old)\notpauth://totp/?secret={b32(KEYS[8])}"),
            ("Games", "eve", f"steam://{b32(KEYS[4])}", ""),
            ("Counter", "dave", uri(*ENTRIES[3]), ""),
            ("Short", "grace", b32(KEYS[6]), "")]

    def table(name, header, row, **options):
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n", **options)
        writer.writerows([header, *(row(*cells) for cells in rows)])
        write(name, text.getvalue())

    table("keepassxc.csv", ["Group", "Title", "Username", "Password", "URL", "Notes", "TOTP", "Icon",
                            "Last Modified", "Created"],
          lambda title, user, codes, notes:
          ["Root", title, user, "hunter2", "https://example.com", notes, codes, "0", "", ""],
          quoting=csv.QUOTE_ALL)
    table("bitwarden.csv", ["folder", "favorite", "type", "name", "notes", "fields", "reprompt",
                            "login_uri", "login_username", "login_password", "login_totp"],
          lambda title, user, codes, notes:
          ["", "", "login", title, notes, "", "0", "https://example.com", user, "hunter2", codes])
    table("1password.csv", ["Title", "Url", "Username", "Password", "OTPAuth", "Favorite", "Archived",
                            "Tags", "Notes"],
          lambda title, user, codes, notes:
          [title, "https://example.com", user, "hunter2", codes, "false", "false", "", notes])
    table("other.csv", ["Service", "Login", "Remarks"],
          lambda title, user, codes, notes: [title, user, codes if "://" in codes else notes])


def keepass():
    def entry(title, user, fields, history=""):
        strings = {"Title": title, "UserName": user, "Password": "hunter2", **fields}
        text = "".join(f"<String><Key>{escape(key)}</Key><Value ProtectInMemory=\"True\">{escape(value)}"
                       "</Value></String>" for key, value in strings.items())
        return f"<Entry><UUID>AAEC</UUID>{text}<Empty/>{history and f'<History>{history}</History>'}</Entry>\n"

    old = entry("Older", "older", {"otp": uri(*ENTRIES[8])})
    entries = [
        entry("Example & Co", "someone", {"otp": uri(*ENTRIES[0])}, old),
        entry("Bücher", "bob", {"TimeOtp-Secret-Hex": KEYS[1].hex(), "TimeOtp-Length": "8",
                                "TimeOtp-Period": "60", "TimeOtp-Algorithm": "HMAC-SHA-256"}),
        entry("Old Service", "carol", {
            "otp": f"key={b32(KEYS[2])}&size=7&otpHashMode=Sha512&type=Totp"}),
        entry("Counter", "dave", {"HmacOtp-Secret-Base32": b32(KEYS[3]), "HmacOtp-Counter": str(COUNTER)}),
        entry("Games", "eve", {"TOTP Seed": b32(KEYS[4]), "TOTP Settings": "30;S"}),
        entry("Text", "frank", {"TimeOtp-Secret": KEYS[8].hex()}),
        entry("Base", "heidi", {"TimeOtp-Secret-Base64": b64(KEYS[7])}),
        entry("Tray", "ivan", {"TOTP Seed": b32(KEYS[8]).lower(), "TOTP Settings": "10;8"}),
        entry("Noted", "me", {"Notes": f"codes:\n{uri(*ENTRIES[8])}"}),
        entry("Broken", "hex", {"TimeOtp-Secret-Hex": "xyz"}),
        entry("None", "nobody", {"otp": ""}, old),
    ]
    gone = entry("Gone", "gone", {"otp": uri(*ENTRIES[8])}) + entry("Gone too", "", {})
    write("keepass.xml", "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\n<KeePassFile>"
          "<Meta><Generator>KeePass</Generator><RecycleBinUUID>YmluYmluYmluYmluYg==</RecycleBinUUID>"
          "</Meta><Root><Group><UUID>cm9vdA==</UUID><Name>Root</Name>\n" + "".join(entries[:6])
          + "<Group><UUID>YmluYmluYmluYmluYg==</UUID><Name>Recycle Bin</Name>" + gone + "</Group>"
          + "<Group><UUID>Z3JvdXA=</UUID>" + "".join(entries[6:]) + "</Group></Group></Root></KeePassFile>\n")


def note():
    write("note.txt", f"My codes\n========\n\nBank: {uri(*ENTRIES[0])}.\nThe other one ({uri(*ENTRIES[1])}) "
          "is for books, 8 digits.\n\nGame: steam://run/440\n")


def pam():
    write("google_authenticator", f"{b32(KEYS[0])}\n\" RATE_LIMIT 3 30\n\" WINDOW_SIZE 17\n"
          "\" STEP_SIZE 60\n\" DISALLOW_REUSE\n\" TOTP_AUTH\n11112222\n33334444\n")
    write("google_authenticator_hotp", f"{b32(KEYS[0])}\n\" HOTP_COUNTER {COUNTER}\n11112222\n")
    write("users.oath", "# type user pin secret\n\n"
          f"HOTP/T30/6\talice\t-\t{KEYS[0].hex()}\t0\t123456\t2026-01-01T00:00:00L\n"
          f"HOTP/T60 bob 1234 {KEYS[1].hex().upper()}\n"
          f"HOTP/E/6 carol - {KEYS[2].hex()}\nHOTP/E/8 dave - {KEYS[3].hex()} {COUNTER}\n"
          f"HOTP\tdave\t-\t{KEYS[3].hex()}\t{COUNTER}\t123456\t2026-01-01T00:00:00L\n"
          f"HOTP dave - {KEYS[3].hex()} five\n"
          f"MOTP eve - {KEYS[4].hex()}\nHOTP/T30/9 heidi - {KEYS[7].hex()}\n"
          "HOTP/T30/6 grace - 00112233\nHOTP/T30/6 ivan - xyz\nHOTP/T30/6 judy\n")


PSKC = """<?xml version="1.0" encoding="UTF-8"?>
<pskc:KeyContainer Version="1.0" xmlns:pskc="urn:ietf:params:xml:ns:keyprov:pskc"
  xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:xenc="http://www.w3.org/2001/04/xmlenc#"
  xmlns:xenc11="http://www.w3.org/2009/xmlenc11#"
  xmlns:pkcs5="http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#">
%s</pskc:KeyContainer>
"""


def pskc_package(serial, kind, key, data="", response=' Length="6"', suite="", more="", policy="",
                 secret=None):
    """Writes a token; `secret` are the elements of the key where it is encrypted."""
    secret = secret or f"<pskc:PlainValue>\n{b64(key)}\n</pskc:PlainValue>"
    policy = policy and f"<pskc:Policy>{policy}</pskc:Policy>"
    suite = suite and f"<pskc:Suite>{suite}</pskc:Suite>"
    return (f"<pskc:KeyPackage><pskc:DeviceInfo><pskc:Manufacturer>Tokens &amp; Co</pskc:Manufacturer>"
            f"<pskc:SerialNo>{serial}</pskc:SerialNo></pskc:DeviceInfo>"
            f"<pskc:CryptoModuleInfo><pskc:Id>1</pskc:Id></pskc:CryptoModuleInfo>\n"
            f"<pskc:Key Id=\"{serial}\" Algorithm=\"urn:ietf:params:xml:ns:keyprov:pskc:{kind}\">"
            f"<pskc:AlgorithmParameters>{suite}<pskc:ResponseFormat{response} Encoding=\"DECIMAL\"/>"
            f"</pskc:AlgorithmParameters><pskc:Data><pskc:Secret>{secret}</pskc:Secret>{data}</pskc:Data>"
            f"{more}{policy}</pskc:Key></pskc:KeyPackage>\n")


def plain(name, value):
    return f"<pskc:{name}><pskc:PlainValue>{value}</pskc:PlainValue></pskc:{name}>"


def pskc():
    write("pskc.xml", PSKC % "".join([
        pskc_package("H1", "hotp", KEYS[0], plain("Counter", 7), more="<pskc:UserId>alice</pskc:UserId>"),
        pskc_package("T2", "totp", KEYS[1], plain("Time", 0) + plain("TimeInterval", 60)
                     + plain("TimeDrift", -3), ' Length="8"', "HMAC-SHA256"),
        pskc_package("T3", "totp", KEYS[3], policy="<pskc:StartDate>2020-01-01T00:00:00Z</pskc:StartDate>"
                     "<pskc:ExpiryDate>2030-01-01T00:00:00Z</pskc:ExpiryDate>"
                     '<pskc:PINPolicy PINUsageMode="Local"/>'),
        pskc_package("H4", "hotp", KEYS[4]),
        pskc_package("P5", "pin", b"1234"),
        pskc_package("O6", "ocra", KEYS[4], suite="OCRA-1:HOTP-SHA1-6:QN08"),
        pskc_package("S7", "hotp", KEYS[6], plain("Counter", 0)),
        pskc_package("L8", "totp", KEYS[7], response=' Length="9"'),
        pskc_package("C9", "totp", KEYS[7], response=' Length="6" CheckDigits="true"'),
        pskc_package("D10", "totp", KEYS[7], plain("TimeDrift", 51)),
        pskc_package("N11", "hotp", KEYS[7], plain("Counter", "next")),
        "<pskc:KeyPackage><pskc:DeviceInfo><pskc:SerialNo>E12</pskc:SerialNo></pskc:DeviceInfo>"
        "</pskc:KeyPackage>\n"]))
    sealed_pskc("pskc_key.xml", "<ds:KeyName>ours</ds:KeyName>", bytes(range(24)), hashes.SHA256())
    parameters = "<Salt><Specified>c2FsdHNhbHQ=</Specified></Salt><IterationCount>1000</IterationCount>"
    derived = ("<xenc11:DerivedKey><xenc11:KeyDerivationMethod Algorithm=\"http://www.rsasecurity.com/"
               f"rsalabs/pkcs/schemas/pkcs-5v2-0#pbkdf2\"><pkcs5:PBKDF2-params>{parameters}"
               "<KeyLength>16</KeyLength><PRF/></pkcs5:PBKDF2-params></xenc11:KeyDerivationMethod>"
               "</xenc11:DerivedKey>")
    key = PBKDF2HMAC(hashes.SHA1(), 16, b"saltsalt", 1000).derive(PASSWORD)
    sealed_pskc("pskc_password.xml", derived, key, hashes.SHA1())


def sealed_pskc(name, encryption_key, key, hash):
    cipher = f"http://www.w3.org/2001/04/xmlenc#aes{len(key) * 8}-cbc"
    mac_key = bytes(range(100, 120))

    def seal(text, iv):
        padder = padding.PKCS7(128).padder()
        encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
        return iv + encryptor.update(padder.update(text) + padder.finalize()) + encryptor.finalize()

    def elements(sealed):
        return (f"<xenc:EncryptionMethod Algorithm=\"{cipher}\"/><xenc:CipherData><xenc:CipherValue>"
                f"{b64(sealed)}</xenc:CipherValue></xenc:CipherData>")

    def value(text, iv):
        sealed = seal(text, iv)
        mac = hmac.digest(mac_key, sealed, hash.name)
        return (f"<pskc:EncryptedValue>{elements(sealed)}</pskc:EncryptedValue>"
                f"<pskc:ValueMAC>{b64(mac)}</pskc:ValueMAC>")

    method = {"sha1": "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
              "sha256": "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"}[hash.name]
    counter = f"<pskc:Counter>{value(bytes([1, 0]), bytes(16))}</pskc:Counter>"
    write(name, PSKC % "".join([
        f"<pskc:EncryptionKey>{encryption_key}</pskc:EncryptionKey>\n"
        f"<pskc:MACMethod Algorithm=\"{method}\"><pskc:MACKey>{elements(seal(mac_key, bytes(16)))}"
        "</pskc:MACKey></pskc:MACMethod>\n",
        pskc_package("H1", "hotp", None, counter, secret=value(KEYS[0], bytes(range(16)))),
        pskc_package("T2", "totp", None, secret=value(KEYS[1], bytes(range(16, 32))))]))


def token_tables():
    """Writes the tables of hardware tokens that other servers take, and those of their vendors."""
    keys = [KEYS[0], KEYS[3], KEYS[4]]
    rows = ["upn,serial number,secret key,time interval,manufacturer,model",
            f"alice@example.com,1001,{b32(keys[0]).lower()},60,Tokens Inc,C200",
            f",1002,{b32(keys[1])},30,Tokens Inc,C200",
            f"bob@example.com,1003,{b32(keys[2])},,,",
            f"carol@example.com,1004,{b32(KEYS[6])},30,Tokens Inc,C200",
            f"dave@example.com,1005,0189,30,Tokens Inc,C200",
            f"erin@example.com,1006,{b32(keys[0])},soon,Tokens Inc,C200"]
    write("entra.csv", "\r\n".join(rows) + "\r\n")
    rows = ["# serial, key, kind, digits, counter or period, algorithm",
            f"A1,{keys[0].hex()}", f"A2, {keys[1].hex().upper()}, HOTP, 8, 5",
            f"A3,{keys[2].hex()},totp", f"A4,{KEYS[1].hex()},totp,8,60,sha256", "",
            f"A5,{keys[0].hex()},ocra,OCRA-1:HOTP-SHA1-6:QN08", f"A6,{KEYS[6].hex()}", "A7,xyz",
            f"A8,{keys[0].hex()},totp,six", "A9"]
    write("oath_tokens.csv", "\n".join(rows) + "\n")
    write("oath_tokens_base32.csv", f"A1,{b32(keys[0])}\nA2,{b32(keys[1]).lower()},totp\nA3,0189\n")
    log = ["LOGGING START,1/1/2026 12:00 PM",
           f"OATH-HOTP,1/1/2026 12:00 PM,1,ubhe01234567,,{keys[0].hex()},,,0,1,0,8,16,0,0,0,0,0",
           f"OATH-HOTP,1/1/2026 12:01 PM,2,,,{keys[1].hex()},,,0,0,0,6,0,0,0,0,0,0",
           f"Yubico OTP,1/1/2026 12:02 PM,1,cccccccccccb,0102030405ab,{keys[2].hex()},,,0,0,0,0,0,0,0,0,0,0",
           "Configuration Swap,1/1/2026 12:03 PM,0,,,,,,0,0,0,0,0,0,0,0,0,0",
           "OATH-HOTP,1/1/2026 12:04 PM,1,cccccccccccc,,xyz,,,0,0,1,6,0,0,0,0,0,0", "hello"]
    write("yubico_traditional.csv", "\n".join(log) + "\n")
    stamp = "000000000000,2026-01-01T12:00:00,"
    log = [f"508326,,0,{keys[0].hex()},{stamp}", f"508327,ubhe01234567,32,{keys[1].hex()},{stamp}",
           f"508328,cccccccccccb,0102030405ab,{keys[2].hex()},{stamp}", f"508329,,,{keys[2].hex()},{stamp}"]
    write("yubico.csv", "\n".join(log) + "\n")
    write("yubico_flexible.csv", f"{keys[0].hex()};508326;OATH-HOTP;cccccccccccc\n")


def safenet():
    tokens = [(' serial="S1"', KEYS[0].hex(), "7"), (' serial="S2"', KEYS[1].hex().upper(), "0"),
              (' serial="S3"', "123456", "1"), (' serial="S4"', KEYS[3].hex(), "x"),
              (' serial="S5"', "xyz", "1"), ("", KEYS[4].hex(), "1"), (' serial="S7"', "", "1")]
    write("safenet.xml", "<Tokens>\n" + "".join(
        f"<Token{serial}>\n<Model>101</Model>\n<ProductName>eToken PASS</ProductName>\n<Applications>\n"
        f'<Application ConnectorID="{{1}}">\n<Seed>{seed}</Seed>\n<MovingFactor>{factor}</MovingFactor>\n'
        "</Application>\n</Applications>\n</Token>\n" for serial, seed, factor in tokens) + "</Tokens>\n")


def migration():
    def varint(value):
        out = b""
        while value > 127:
            out, value = out + bytes([value & 127 | 128]), value >> 7
        return out + bytes([value])

    def field(number, value):
        if isinstance(value, bytes):
            return varint(number << 3 | 2) + varint(len(value)) + value
        return varint(number << 3) + varint(value)

    def entry(name, issuer, key, algorithm=1, digits=1, kind=2, counter=0):
        return field(1, field(1, key) + field(2, name) + field(3, issuer) + field(4, algorithm)
                     + field(5, digits) + field(6, kind) + field(7, counter) + field(8, b"unique"))

    def part(entries, index, size, id=7):
        return entries + field(2, 1) + field(3, size) + field(4, index) + field(5, id)

    first = part(entry(b"Example Corp:alice@example.com", b"Example Corp", KEYS[0])
                 + entry("bob".encode(), "Bücher".encode(), KEYS[1], 2, 2)
                 + entry(b"Old Service: carol", b"", KEYS[2], 3, 0, 0), 0, 3)
    second = part(entry(b"dave", b"Counter", KEYS[3], kind=1, counter=COUNTER)
                  + entry(b"md5", b"", KEYS[3], algorithm=4)
                  + entry(b"digits", b"", KEYS[3], digits=3)
                  + entry(b"grace", b"Short", KEYS[6]) + entry(b"\xff", b"", KEYS[5]), 2, 3)
    scheme = "otpauth-migration://offline?data="
    text = b64(first)
    loose = base64.urlsafe_b64encode(second).decode().rstrip("=")
    write("migration.txt", f"# exported\n{scheme}{quote(text, safe='')}\n"
          f"{scheme}{loose}\n{scheme}AAAA\n{scheme}!\n")
    return scheme + quote(text, safe=""), scheme + b64(second).replace("+", " ")


def picture(texts):
    codes = []
    for text in texts:
        code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_L, box_size=4, border=4)
        code.add_data(text)
        codes.append(code.make_image().get_image().convert("L"))
    sheet = Image.new("L", (sum(code.width for code in codes), max(code.height for code in codes)), 255)
    left = 0
    for code in codes:
        sheet.paste(code, (left, 0))
        left += code.width
    return sheet


def pictures(parts):
    one, two = uri(*ENTRIES[0]), uri(*ENTRIES[1])
    picture([one, two]).save("two_codes.png", optimize=True)
    ImageOps.invert(picture([one])).save("inverted.webp", lossless=True)
    picture(parts).save("migration.png", optimize=True)
    picture([one, "https://example.com"]).save("other_code.png", optimize=True)
    photo = picture([one]).resize((1000, 1000)).rotate(7, fillcolor=255, expand=True)
    photo.filter(ImageFilter.GaussianBlur(3)).save("photo.jpg", quality=60)
    Image.new("L", (64, 64), 255).save("blank.png")


for make in (aegis, two_fas, andotp, freeotp, bitwarden, ente, proton, stratum, raivo, lastpass,
             two_fauth, authenticator_extension, cotp, freeotp_xml, password_managers, keepass,
             note, pam, pskc, token_tables, safenet):
    make()
write("uris.txt", "\ufeff# from here and there\n\n" + "\r\n".join(uri(*e) for e in ENTRIES)
      + "\nsteam://ABCDEFGH\nhello\notpauth://totp/a?secret=A&secret=B\n")
pictures(migration())
